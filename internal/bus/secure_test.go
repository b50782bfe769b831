package bus_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"tiepdan/internal/bus"
)

// authority signs the certificates of a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
	file string // its own certificate as PEM
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.file, _, a.key = a.sign(t, "ca", a.cert, nil)
	return a
}

// sign writes a certificate and its key; without a parent it signs itself.
func (a *authority) sign(t *testing.T, name string, c *x509.Certificate, by *ecdsa.PrivateKey) (cert, key string, private *ecdsa.PrivateKey) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		by = private
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, private.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(a.dir, name+".pem"), filepath.Join(a.dir, name+".key")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, private
}

func (a *authority) leaf(t *testing.T, name string, use x509.ExtKeyUsage) (cert, key string) {
	t.Helper()
	cert, key, _ = a.sign(t, name, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{use}, KeyUsage: x509.KeyUsageDigitalSignature,
	}, a.key)
	return cert, key
}

// TestServerAndClientProveThemselves connects to a server that asks for a password and a certificate: with both the bus
// carries events, and without either, or to a server of another authority, it does not.
func TestServerAndClientProveThemselves(t *testing.T) {
	ca := newAuthority(t, "ca")
	url := secured(t, ca)
	cert, key := ca.leaf(t, "client", x509.ExtKeyUsageClientAuth)
	good := config("tls://tiepdan:mat-khau@"+url, "")
	good.CA, good.Cert, good.Key = ca.file, cert, key
	b := open(t, good)
	if err := b.Publish(t.Context(), received(1), received(2)); err != nil {
		t.Fatal(err)
	}
	if got := collect(t, 2, func(bus.Event) error { return nil }, b); got["1"] != 1 || got["2"] != 1 {
		t.Errorf("carried %v", got)
	}
	for name, change := range map[string]func(c *bus.Config){
		"wrong password":     func(c *bus.Config) { c.URL = "tls://tiepdan:sai@" + url },
		"no certificate":     func(c *bus.Config) { c.Cert, c.Key = "", "" },
		"foreign authority":  func(c *bus.Config) { c.CA = newAuthority(t, "other").file },
		"missing file":       func(c *bus.Config) { c.CA = filepath.Join(t.TempDir(), "none.pem") },
		"without encryption": func(c *bus.Config) { c.URL, c.CA, c.Cert, c.Key = "nats://tiepdan:mat-khau@"+url, "", "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			change(&cfg)
			if b, err := bus.Open(t.Context(), cfg); err == nil {
				b.Close()
				t.Error("it was let in")
			}
		})
	}
}

// secured is a server with TLS, client certificates and a password.
func secured(t *testing.T, ca *authority) (address string) {
	t.Helper()
	cert, key := ca.leaf(t, "server", x509.ExtKeyUsageServerAuth)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	raw, err := os.ReadFile(ca.file)
	if err != nil || !pool.AppendCertsFromPEM(raw) {
		t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), Username: "tiepdan", Password: "mat-khau",
		TLS: true, TLSVerify: true, TLSTimeout: 5, NoSigs: true, NoLog: true,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12},
	})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server is not ready")
	}
	return s.Addr().String()
}
