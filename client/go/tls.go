package suprsendgateway

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/grpclog"
)

// TLSFiles are the PEM files of mutual TLS; all three are needed. They are read again for each new
// connection, whole or not at all: while they are broken, or certificate and key do not fit, the last good
// ones stay in use and gRPC's log (google.golang.org/grpc/grpclog) says why. Connections that stand go on.
type TLSFiles struct {
	CA          string // the authorities that vouch for the gateway, and no others
	Certificate string // the caller's certificate with its chain
	Key         string // the key of that certificate, not encrypted
}

var logger = grpclog.Component("suprsend-gateway")

// Credentials that are those of the files at the time of each handshake.
type fileCredentials struct {
	credentials.TransportCredentials // for what does not depend on the files
	files                            TLSFiles

	mutex    sync.Mutex
	lastGood credentials.TransportCredentials // guarded by mutex
}

func newFileCredentials(files TLSFiles) (credentials.TransportCredentials, error) {
	read, err := readFiles(files)
	if err != nil {
		return nil, err
	}
	return &fileCredentials{TransportCredentials: read, files: files, lastGood: read}, nil
}

func (f *fileCredentials) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (
	net.Conn, credentials.AuthInfo, error) {
	return f.current().ClientHandshake(ctx, authority, conn)
}

// Clone is f itself, which nothing changes but a new file.
func (f *fileCredentials) Clone() credentials.TransportCredentials { return f }

func (f *fileCredentials) current() credentials.TransportCredentials {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	read, err := readFiles(f.files)
	if err != nil {
		logger.Warningf("the last good TLS files stay in use: %v", err)
		return f.lastGood
	}
	f.lastGood = read
	return read
}

func readFiles(files TLSFiles) (credentials.TransportCredentials, error) {
	for i, path := range []string{files.CA, files.Certificate, files.Key} {
		if path == "" {
			return nil, fmt.Errorf("TLSFiles.%s is not set", []string{"CA", "Certificate", "Key"}[i])
		}
	}
	authorities, err := os.ReadFile(files.CA)
	if err != nil {
		return nil, fmt.Errorf("CA: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authorities) {
		return nil, fmt.Errorf("CA %s: holds no certificate in PEM", files.CA)
	}
	certificate, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s with key %s: %w", files.Certificate, files.Key, err)
	}
	return credentials.NewTLS(&tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}}), nil
}
