#!/bin/sh
# Builds the client, packs it as npm would publish it, and builds ./testee against the package.
set -eu
cd "$(dirname "$0")"
client=../../../client/node

npm ci --prefix "$client" --no-audit --no-fund --loglevel=error
npm pack "$client" --loglevel=error
npm ci --no-audit --no-fund --loglevel=error
npm install --no-save --no-audit --no-fund --loglevel=error ./suprsend-gateway-client-*.tgz
"$client/node_modules/.bin/tsc"
cat >testee <<'SCRIPT'
#!/bin/sh
exec node "$(dirname "$0")/build/testee.js"
SCRIPT
chmod +x testee
