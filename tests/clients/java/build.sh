#!/bin/sh
# Builds the client and the testee, with every warning an error, and leaves an executable ./testee.
# Works in the directory that it lies in; wants a JDK 17 or later and Maven.
set -eu
cd "$(dirname "$0")"
client=../../../client/java
rm -rf build testee
mkdir build

mvn -q -B -ntp -f "$client/pom.xml" package \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
  -Dmdep.outputFile="$PWD/build/dependencies"

# Also the client once more, and what protoc made, since Maven shows no warnings.
find "$client/src" "$client/target/generated-sources/protobuf" "$client/example" Testee.java -name '*.java' \
  >build/sources
javac --release 17 -Xlint:all -Xdoclint:all,-missing -Xdoclint/package:com.suprsend.gateway.client -Werror \
  -cp "$(cat build/dependencies)" -d build/classes @build/sources

jar --create --file build/testee.jar -C build/classes .
# The client's own jar comes first, so that it is what is tried.
printf '%s:%s:%s\n' "$(cd "$client" && pwd)/target/suprsend-gateway-client-0.1.0.jar" \
  "$PWD/build/testee.jar" "$(cat build/dependencies)" >build/classpath

# The archive has the classes that a call needs, here one to a port where nobody listens: half the start-up.
printf '{"target":"127.0.0.1:1","style":"%s","request":{},"timeout_ms":2000}\n' blocking async |
  java -XX:ArchiveClassesAtExit=build/testee.jsa -XX:+UseSerialGC -Xlog:cds=off -Xlog:cds+dynamic=off \
    -cp "$(cat build/classpath)" Testee >/dev/null

cat >testee <<'END'
#!/bin/sh
build=$(dirname "$(readlink -f "$0")")/build
exec java -XX:SharedArchiveFile="$build/testee.jsa" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable \
  -cp "$(cat "$build/classpath")" Testee
END
chmod +x testee
