package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"plenary/internal/core"
)

// bucket keeps files as objects of an S3-compatible store, as ab/cdef… below a prefix.
type bucket struct {
	client               *minio.Client
	host, bucket, prefix string
	scratch              string
}

const (
	// sentAgain is how long bytes that come again need not be sent again: far below restFor.
	sentAgain = restFor / 4
	tries     = 3
)

// openS3 reads an address like s3://KEY:SECRET@HOST/BUCKET/PREFIX?region=…&insecure=1.
// Without a key in it those of the environment are taken, as other programs do it. Nothing is
// asked of the store yet: it may come later than this program.
func openS3(address, scratch string) (Place, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the files cannot be read: want s3://KEY:SECRET@HOST/BUCKET, with signs like / in the secret written as %2F")
	}
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.Host == "" || name == "" {
		return nil, errors.New("the address of the files names no host or no bucket: want s3://KEY:SECRET@HOST/BUCKET")
	}
	q := u.Query()
	for k := range q {
		if k != "region" && k != "insecure" && k != "lookup" {
			return nil, fmt.Errorf("the address of the files has %q behind the question mark: known are region, insecure and lookup", k)
		}
	}
	opts := &minio.Options{
		Secure: q.Get("insecure") == "", Region: q.Get("region"), MaxRetries: tries, Transport: s3Transport(),
		Creds: credentials.NewEnvAWS(),
	}
	switch q.Get("lookup") {
	case "path":
		opts.BucketLookup = minio.BucketLookupPath
	case "dns":
		opts.BucketLookup = minio.BucketLookupDNS
	}
	if opts.Region == "" {
		opts.Region = "us-east-1" // else each program that starts would ask
	}
	if key := u.User.Username(); key != "" {
		secret, _ := u.User.Password()
		opts.Creds = credentials.NewStaticV4(key, secret, "")
	}
	client, err := minio.New(u.Host, opts)
	if err != nil {
		return nil, fmt.Errorf("the address of the files: %w", err)
	}
	if scratch == "" {
		scratch = filepath.Join(os.TempDir(), "plenary-files")
	}
	return &bucket{client: client, host: u.Host, bucket: name, prefix: prefix, scratch: filepath.Join(scratch, "tmp")}, nil
}

// s3Transport does not wait for ever for a store that is gone.
func s3Transport() http.RoundTripper {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true, // bytes come as they lie
	}
}

func (p *bucket) String() string  { return "s3://" + p.host + "/" + p.bucket + "/" + p.object("") }
func (p *bucket) Scratch() string { return p.scratch }

func (p *bucket) object(id string) string {
	if len(id) > 2 {
		id = id[:2] + "/" + id[2:]
	}
	if p.prefix == "" {
		return id
	}
	return p.prefix + "/" + id
}

// failed says what the store's answer means.
func failed(what string, err error) error {
	e := minio.ToErrorResponse(err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", what, err)
	case e.Code == minio.NoSuchKey || e.StatusCode == http.StatusNotFound && e.Code != minio.NoSuchBucket:
		return fmt.Errorf("%s: %w", what, errGone)
	}
	return away(fmt.Errorf("%s: %w", what, err))
}

func (p *bucket) Put(ctx context.Context, id string, f *os.File, size int64) error {
	if info, err := p.Stat(ctx, id); err == nil && info.Size == size && core.Machine().Sub(info.Sent).Abs() < sentAgain {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	// The hash is the one that a signature covers: the store refuses what was changed on the
	// way, and need not take signatures of parts of a body (to which the option belongs).
	plain := minio.Core{Client: p.client}
	_, err := plain.PutObject(ctx, p.bucket, p.object(id), f, size, "", id, minio.PutObjectOptions{ContentType: "application/octet-stream", DisableContentSha256: true})
	return failed("send file to the store", err)
}

func (p *bucket) Get(ctx context.Context, id string) (Content, error) {
	info, err := p.Stat(ctx, id)
	if err != nil {
		return nil, err
	}
	return &object{ctx: ctx, at: p, id: id, size: info.Size, part: firstPart}, nil
}

// read gets a part of an object.
func (p *bucket) read(ctx context.Context, id string, into []byte, from int64) error {
	opts := minio.GetObjectOptions{}
	if err := opts.SetRange(from, from+int64(len(into))-1); err != nil {
		return fmt.Errorf("read file in the store: %w", err)
	}
	plain := minio.Core{Client: p.client}
	r, _, _, err := plain.GetObject(ctx, p.bucket, p.object(id), opts)
	if err != nil {
		return failed("read file in the store", err)
	}
	defer r.Close()
	if _, err := io.ReadFull(r, into); err != nil {
		return failed("read file in the store", err)
	}
	return nil
}

func (p *bucket) Stat(ctx context.Context, id string) (Info, error) {
	o, err := p.client.StatObject(ctx, p.bucket, p.object(id), minio.StatObjectOptions{})
	if err != nil {
		return Info{}, failed("look at file in the store", err)
	}
	return Info{ID: id, Size: o.Size, Sent: o.LastModified}, nil
}

func (p *bucket) Delete(ctx context.Context, id string) error {
	err := failed("take file out of the store", p.client.RemoveObject(ctx, p.bucket, p.object(id), minio.RemoveObjectOptions{}))
	if errors.Is(err, errGone) {
		return nil
	}
	return err
}

func (p *bucket) List(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop() // ends the library's goroutine
		for o := range p.client.ListObjects(ctx, p.bucket, minio.ListObjectsOptions{Prefix: p.object(""), Recursive: true}) {
			if o.Err != nil {
				yield(Info{}, failed("list the store", o.Err))
				return
			}
			id := strings.ReplaceAll(strings.TrimPrefix(o.Key, p.object("")), "/", "")
			if !valid(id) {
				continue // none of ours
			}
			if !yield(Info{ID: id, Size: o.Size, Sent: o.LastModified}, nil) {
				return
			}
		}
	}
}
