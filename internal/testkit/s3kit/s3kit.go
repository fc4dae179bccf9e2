// Package s3kit is a store that speaks S3, for tests: a server of the tests' own process that
// is asked over the network, checks signatures and keeps everything in memory. With
// PLENARY_TEST_S3 another one is taken.
package s3kit

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"
)

// Env is the address of a server to be taken instead, like s3://KEY:SECRET@HOST?insecure=1.
// Buckets are made on it and taken away.
const Env = "PLENARY_TEST_S3"

// Server is a store for a test.
type Server struct {
	// Address is where files lie: what --files takes, with a bucket of its own.
	Address string

	sent   atomic.Int64
	server *http.Server
	client *minio.Client
	bucket string
}

// Start starts a store with an empty bucket. Close ends it.
func Start(ctx context.Context) (*Server, error) {
	s := &Server{bucket: "plenary-" + strings.ToLower(rand.Text()[:12])}
	address := os.Getenv(Env)
	if address == "" {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("start store: %w", err)
		}
		key, secret := "plenary", rand.Text()
		fake := gofakes3.New(backend{s3mem.New()}, gofakes3.WithV4Auth(map[string]string{key: secret})).Server()
		s.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fake.ServeHTTP(&counter{w, &s.sent}, r)
		})}
		go func() { _ = s.server.Serve(l) }() // until Close
		address = "s3://" + url.UserPassword(key, secret).String() + "@" + l.Addr().String() + "?insecure=1"
	}
	u, err := url.Parse(address)
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("read %s: %w", Env, err)
	}
	secret, _ := u.User.Password()
	if s.client, err = minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Query().Get("insecure") == "", Region: u.Query().Get("region"),
	}); err != nil {
		s.Close()
		return nil, fmt.Errorf("reach store: %w", err)
	}
	if err := s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{}); err != nil {
		s.Close()
		return nil, fmt.Errorf("make bucket: %w", err)
	}
	u.Path = "/" + s.bucket
	s.Address = u.String()
	return s, nil
}

// New is Start for as long as a test lasts.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Sent is how many bytes the server of the tests' own has sent.
func (s *Server) Sent() int64 { return s.sent.Load() }

// Own tells whether it is the server of the tests' own, which counts what it sends.
func (s *Server) Own() bool { return s.server != nil }

// Close takes the bucket away and ends the server.
func (s *Server) Close() {
	if s.server != nil {
		_ = s.server.Close() // all it held was in memory
		return
	}
	if s.client != nil {
		_ = s.client.RemoveBucketWithOptions(context.Background(), s.bucket, minio.RemoveBucketOptions{ForceDelete: true}) // some stores do not know it
	}
}

// counter counts what is sent.
type counter struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// backend takes an empty delimiter for none, as S3 does.
type backend struct{ *s3mem.Backend }

// ListBucket lists.
func (b backend) ListBucket(ctx context.Context, name string, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	if prefix != nil && prefix.Delimiter == "" {
		prefix.HasDelimiter = false
	}
	return b.Backend.ListBucket(ctx, name, prefix, page)
}
