package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	"plenary/internal/testkit/s3kit"
	assets "plenary/web"
)

// places runs a test with a folder and with a store.
func places(t *testing.T, test func(t *testing.T, p blob.Place)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) { test(t, blob.NewFolder(filepath.Join(t.TempDir(), "files"))) })
	t.Run("s3", func(t *testing.T) { test(t, store(t, s3kit.New(t).Address)) })
}

func store(t *testing.T, address string) blob.Place {
	t.Helper()
	p, err := blob.OpenPlace(address, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// keep puts bytes at a place under their hash.
func keep(t *testing.T, p blob.Place, body string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(body); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	id := hex.EncodeToString(sum[:])
	if err := p.Put(t.Context(), id, f, int64(len(body))); err != nil {
		t.Fatal(err)
	}
	return id
}

func listed(t *testing.T, p blob.Place) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for i, err := range p.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out[i.ID] = i.Size
	}
	return out
}

// Both kinds of places answer alike.
func TestPlace(t *testing.T) {
	places(t, func(t *testing.T, p blob.Place) {
		ctx := t.Context()
		if got := listed(t, p); len(got) != 0 {
			t.Errorf("a new place holds %v", got)
		}
		text := strings.Repeat("0123456789", 200_000) // more than the first parts of a store
		big, small := keep(t, p, text), keep(t, p, "small")
		keep(t, p, "small")
		if got := listed(t, p); len(got) != 2 || got[big] != int64(len(text)) || got[small] != 5 {
			t.Errorf("it lists %v", got)
		}
		info, err := p.Stat(ctx, big)
		if err != nil || info.Size != int64(len(text)) || core.Machine().Sub(info.Sent).Abs() > time.Hour {
			t.Errorf("%+v, %v", info, err)
		}
		f, err := p.Get(ctx, big)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got, err := io.ReadAll(f); err != nil || string(got) != text {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if n, err := f.Seek(-25, io.SeekEnd); err != nil || n != int64(len(text))-25 {
			t.Errorf("seek: %d, %v", n, err)
		}
		if got, err := io.ReadAll(f); err != nil || string(got) != text[len(text)-25:] {
			t.Errorf("the end: %q, %v", got, err)
		}
		if _, err := f.Seek(-1, io.SeekStart); err == nil {
			t.Error("it went before the beginning")
		}
		part := make([]byte, 10)
		if n, err := f.ReadAt(part, 1_000_003); err != nil || string(part[:n]) != "3456789012" {
			t.Errorf("a part: %q, %v", part[:n], err)
		}
		if n, err := f.ReadAt(part, int64(len(text))-3); !errors.Is(err, io.EOF) || string(part[:n]) != "789" {
			t.Errorf("the last part: %q, %v", part[:n], err)
		}
		none := strings.Repeat("0", 64)
		if _, err := p.Get(ctx, none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("get what is not there: %v", err)
		}
		if _, err := p.Stat(ctx, none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("stat what is not there: %v", err)
		}
		if err := errors.Join(p.Delete(ctx, small), p.Delete(ctx, small)); err != nil {
			t.Errorf("delete: %v", err)
		}
		if got := listed(t, p); len(got) != 1 {
			t.Errorf("after deleting it lists %v", got)
		}
	})
}

// A folder moves to a store and back; what was changed on the disk stays behind.
func TestCopyPlaces(t *testing.T) {
	dir := t.TempDir()
	from, to := blob.NewFolder(dir), store(t, s3kit.New(t).Address)
	bad := keep(t, from, "will be changed")
	for _, text := range []string{"one", "two", "three"} {
		keep(t, from, text)
	}
	if err := os.WriteFile(filepath.Join(dir, bad[:2], bad[2:]), []byte("was changed now"), 0o600); err != nil {
		t.Fatal(err)
	}
	for round, want := range []blob.Copied{{Files: 3, Bytes: 11, Broken: []string{bad}}, {There: 3, Broken: []string{bad}}} {
		got, err := blob.Copy(t.Context(), from, to)
		if err != nil || got.Files != want.Files || got.There != want.There || got.Bytes != want.Bytes || len(got.Broken) != 1 || got.Broken[0] != bad {
			t.Errorf("round %d: %+v, %v", round, got, err)
		}
	}
	back := blob.NewFolder(t.TempDir())
	if got, err := blob.Copy(t.Context(), to, back); err != nil || got.Files != 3 || len(got.Broken) != 0 {
		t.Errorf("back: %+v, %v", got, err)
	}
}

// Files in a store are registered, opened, checked, let go of and dropped as in a folder.
func TestStoreOfS3(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		rec, place := openRecord(t, url), store(t, s3kit.New(t).Address)
		s := blob.NewAt(rec, place, 0)
		ctx := t.Context()
		kept, lost := put(t, s, "kept text", "a.txt", ""), put(t, s, "lost text", "b.txt", "")
		register(t, rec, s, kept)
		register(t, rec, s, lost)
		f, err := s.Open(ctx, kept.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(f); err != nil || string(got) != "kept text" {
			t.Errorf("%q, %v", got, err)
		}
		if flaws, err := s.Check(ctx); err != nil || len(flaws) != 0 {
			t.Errorf("whole files have flaws: %v, %v", flaws, err)
		}
		if err := place.Delete(ctx, lost.ID); err != nil {
			t.Fatal(err)
		}
		if flaws, err := s.Check(ctx); err != nil || len(flaws) != 1 || flaws[0].Code != "file-missing" || flaws[0].Subject != core.ID(lost.ID) {
			t.Errorf("%v, %v", flaws, err)
		}
		if _, err := s.Open(ctx, lost.ID); err == nil || core.KindOf(err) == core.KindNotFound {
			t.Errorf("open what is lost: %v", err)
		}
		orphan := put(t, s, "nobody's", "c.txt", "")
		if n, err := s.DropOrphans(ctx, core.Machine(), time.Hour); err != nil || n != 0 {
			t.Errorf("what was sent just now is dropped: %d, %v", n, err)
		}
		list, err := s.Orphans(ctx, core.Machine().Add(48*time.Hour), 24*time.Hour)
		if err != nil || len(list) != 1 || list[0].ID != orphan.ID {
			t.Errorf("orphans: %v, %v", list, err)
		}
		if n, err := s.DropOrphans(ctx, core.Machine().Add(time.Hour), -time.Hour); err != nil || n != 1 {
			t.Errorf("drop orphans: %d, %v", n, err)
		}
		if got := listed(t, place); len(got) != 1 || got[kept.ID] == 0 {
			t.Errorf("left: %v", got)
		}
	})
}

// What dropOrphans takes away in a folder, too.
func TestDropOrphans(t *testing.T) {
	rec, dir := openRecord(t, testkit.SQLite(t)), t.TempDir()
	s := blob.New(rec, dir, 0)
	register(t, rec, s, put(t, s, "held", "a.txt", ""))
	gone := put(t, s, "nobody's", "b.txt", "")
	then := core.Machine().Add(-48 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, gone.ID[:2], gone.ID[2:]), then, then); err != nil {
		t.Fatal(err)
	}
	put(t, s, "just sent", "c.txt", "")
	if n, err := s.DropOrphans(t.Context(), core.Machine(), 24*time.Hour); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("left: %v", got)
	}
}

// A part of a film comes out of a store without the film.
func TestServePartFromS3(t *testing.T) {
	srv := s3kit.New(t)
	if !srv.Own() {
		t.Skip("only the tests' own store counts what it sends")
	}
	rec := openRecord(t, testkit.SQLite(t))
	s := blob.NewAt(rec, store(t, srv.Address), 0)
	film := append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), bytes.Repeat([]byte("film"), 5<<20)...)
	b, err := s.PutMedia(t.Context(), bytes.NewReader(film), "film.mp4", 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	register(t, rec, s, b)
	words, err := i18n.Load(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := web.New(web.Config{Build: "test"}, words, rec, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	w.Handle("GET /film", func(c *web.C) error { return s.Serve(c, b.ID) })
	h := w.Handler()
	ask := func(part string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/film", nil)
		if part != "" {
			r.Header.Set("Range", part)
		}
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		return out
	}
	before := srv.Sent()
	got := ask("bytes=10000000-10000099")
	if got.Code != http.StatusPartialContent || !bytes.Equal(got.Body.Bytes(), film[10000000:10000100]) {
		t.Errorf("a part: %d, %d bytes", got.Code, got.Body.Len())
	}
	if sent := srv.Sent() - before; sent > 1<<20 {
		t.Errorf("for 100 bytes of a film of %d the store sent %d", len(film), sent)
	}
	if got := ask(""); got.Code != http.StatusOK || !bytes.Equal(got.Body.Bytes(), film) {
		t.Errorf("the whole: %d, %d bytes", got.Code, got.Body.Len())
	}
}

// A store that is away is told as away, soon; a wrong key too. No secret is in what is said.
func TestStoreIsAway(t *testing.T) {
	srv := s3kit.New(t)
	wrong := strings.Replace(srv.Address, "@", "x@", 1)
	nobody := "s3://key:secret-word@127.0.0.1:1/bucket?insecure=1"
	for _, address := range []string{wrong, nobody} {
		p := store(t, address)
		s := blob.NewAt(nil, p, 0)
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		_, err := s.Put(ctx, strings.NewReader("text"), "a.txt", "")
		stop()
		if core.KindOf(err) != core.KindUnavailable {
			t.Errorf("put: %v", err)
		}
		if _, err := p.Stat(t.Context(), strings.Repeat("0", 64)); core.KindOf(err) != core.KindUnavailable {
			t.Errorf("stat: %v", err)
		}
		if err != nil && strings.Contains(err.Error()+p.String(), "secret-word") {
			t.Errorf("a secret is told: %v, %s", err, p)
		}
	}
}

func TestAddressOfPlace(t *testing.T) {
	for address, want := range map[string]string{
		"": "there", "/srv/files": "/srv/files", "files": "files",
		"s3://k:s@store.example/forum":                          "s3://store.example/forum/",
		"s3://k:s@store.example:9000/forum/of/2027/?insecure=1": "s3://store.example:9000/forum/of/2027/",
		"s3://store.example/forum?region=eu-west-1":             "s3://store.example/forum/",
		"s3://k:s@store.example":                                "", "s3:///forum": "", "s3://k:s@store.example/forum?colour=red": "",
		"https://store.example/forum": "", "ftp://x/y": "", "s3://k:s/x@store.example/%zz": "",
	} {
		p, err := blob.OpenPlace(address, "there")
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is taken: %s", address, p)
		case want == "" && strings.Contains(err.Error(), "k:s"):
			t.Errorf("%q: a secret is told: %v", address, err)
		case want != "" && (err != nil || p.String() != want):
			t.Errorf("%q: %v, %v; want %s", address, p, err, want)
		}
	}
}
