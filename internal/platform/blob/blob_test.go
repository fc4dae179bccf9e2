package blob_test

import (
	"archive/zip"
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
	"sync"
	"testing"
	"testing/fstest"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

func openRecord(t *testing.T, url string) *record.Record {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	return rec
}

func put(t *testing.T, s *blob.Store, body, name, kind string) blob.Blob {
	t.Helper()
	b, err := s.Put(t.Context(), strings.NewReader(body), name, kind)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

func register(t *testing.T, rec *record.Record, s *blob.Store, b blob.Blob) {
	t.Helper()
	if err := rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		return s.RegisterTx(ctx, tx, b)
	}); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, rerr := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(rel))
			return rerr
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

func TestFileIsKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		rec, dir := openRecord(t, url), filepath.Join(t.TempDir(), "files")
		s := blob.New(rec, dir, 0)
		text := "Summary of the meeting.\n"
		sum := sha256.Sum256([]byte(text))
		id := hex.EncodeToString(sum[:])
		b := put(t, s, text, `C:\Documents\amina\Résumé "final".txt`, "text/plain")
		if b.ID != id || b.Size != int64(len(text)) || b.Type != "text/plain; charset=utf-8" || b.Name != "Résumé final.txt" {
			t.Errorf("%+v", b)
		}
		if got := files(t, dir); len(got) != 1 || got[0] != id[:2]+"/"+id[2:] {
			t.Errorf("files %v", got)
		}
		if _, err := s.Open(t.Context(), id); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a file that nobody registered: %v", err)
		}
		register(t, rec, s, b)
		again := put(t, s, text, "copy.txt", "")
		register(t, rec, s, again)
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("the same bytes lie twice: %v", got)
		}
		f, err := s.Open(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got, err := io.ReadAll(f); err != nil || string(got) != text || f.Blob.Name != "Résumé final.txt" || f.Blob.Created.IsZero() {
			t.Errorf("%q, %v, %+v", got, err, f.Blob)
		}
		for _, id := range []string{"", "nonsense", strings.Repeat("0", 64), strings.Repeat("Z", 64), "../../../../etc/passwd", strings.ToUpper(id)} {
			if _, err := s.Open(t.Context(), id); core.KindOf(err) != core.KindNotFound {
				t.Errorf("open %q: %v", id, err)
			}
		}
		if err := rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			return s.RegisterTx(ctx, tx, blob.Blob{ID: "../x"})
		}); err == nil {
			t.Error("a hash that is none was registered")
		}
	})
}

// Many put the same and other files at the same time; each is whole.
func TestPutTogether(t *testing.T) {
	dir := t.TempDir()
	s := blob.New(nil, dir, 0)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			body := strings.Repeat(string(rune('a'+i%4)), 100_000)
			b, err := s.Put(t.Context(), strings.NewReader(body), "x.txt", "")
			if err != nil {
				t.Error(err)
				return
			}
			got, err := os.ReadFile(filepath.Join(dir, b.ID[:2], b.ID[2:]))
			if err != nil || string(got) != body {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if got := files(t, dir); len(got) != 4 {
		t.Errorf("files %v, want 4 and nothing temporary", got)
	}
}

func TestNotTaken(t *testing.T) {
	dir := t.TempDir()
	s := blob.New(nil, dir, 1<<20)
	if _, err := s.Put(t.Context(), strings.NewReader(strings.Repeat("x", 1<<20)), "x.txt", ""); err != nil {
		t.Errorf("1 MB: %v", err)
	}
	_, err := s.Put(t.Context(), strings.NewReader(strings.Repeat("x", 1<<20+1)), "x.txt", "")
	if e, ok := errors.AsType[*core.Error](err); !ok || e.Kind != core.KindTooLarge || e.Args[1] != "1 MB" {
		t.Errorf("1 MB and a byte: %v", err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader(""), "x.txt", ""); core.KindOf(err) != core.KindInvalid {
		t.Errorf("nothing: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("half"), &fails{})
	if _, err := s.Put(t.Context(), broken, "x.txt", ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a reader that breaks: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(gone, strings.NewReader("x"), "x.txt", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("what was not taken left something behind: %v", got)
	}
}

type fails struct{}

func (fails) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func zipOf(t *testing.T, parts ...string) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestTypeIsFoundInTheBytes(t *testing.T) {
	s := blob.New(nil, t.TempDir(), 0)
	word := zipOf(t, "[Content_Types].xml", "<x/>", "word/document.xml", "<x/>")
	for _, x := range []struct{ name, said, body, want string }{
		{"a.pdf", "", "%PDF-1.7\n", "application/pdf"},
		{"a.txt", "application/pdf", "only text", "text/plain; charset=utf-8"},
		{"photo.png", "image/png", "<html><script>alert(1)</script>", "text/html; charset=utf-8"},
		{"a.png", "", "\x89PNG\x0D\x0A\x1A\x0A", "image/png"},
		{"a.txt", "", "\x89PNG\x0D\x0A\x1A\x0A", "image/png"},
		{"a.webp", "", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"a.csv", "", "a;b\n1;2\n", "text/csv; charset=utf-8"},
		{"data", "text/csv", "a;b\n1;2\n", "text/csv; charset=utf-8"},
		{"a.vtt", "", "WEBVTT\n", "text/vtt; charset=utf-8"},
		{"a.json", "", `{"a":1}`, "application/json"},
		{"page.txt", "", "<p>notes", "text/plain; charset=utf-8"},
		{"page.md", "", "<h1>notes", "text/markdown; charset=utf-8"},
		{"schedule.xml", "", "<?xml version=\"1.0\"?><schedule/>", "text/xml; charset=utf-8"},
		{"a.svg", "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "text/plain; charset=utf-8"},
		{"a.docx", "", word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.odt", "", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"), "application/vnd.oasis.opendocument.text"},
		{"a.zip", "", zipOf(t, "run.exe", "MZ"), ""},
		{"a.odt", "", zipOf(t, "mimetype", "application/x-evil"), ""},
		{"a.docm", "", zipOf(t, "word/document.xml", "<x/>", "word/vbaProject.bin", "x"), ""},
		{"a.docx", "", word[:len(word)-10], ""},
		{"a.txt", "text/plain", "MZ\x90\x00\x03\x00\x00\x00", ""},
		{"a.exe", "", "\x7fELF\x02\x01\x01\x00", ""},
		{"a.mp4", "", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", ""},
	} {
		b, err := s.Put(t.Context(), strings.NewReader(x.body), x.name, x.said)
		switch {
		case x.want == "" && core.KindOf(err) != core.KindInvalid:
			t.Errorf("%s: %q, %v; it should not be taken", x.name, b.Type, err)
		case x.want != "" && (err != nil || b.Type != x.want):
			t.Errorf("%s: %q, %v; want %q", x.name, b.Type, err, x.want)
		}
	}
}

// E103: of sound and film those are taken that browsers play, and PutMedia takes nothing else.
func TestMedia(t *testing.T) {
	s := blob.New(nil, t.TempDir(), 8)
	for _, x := range []struct{ name, body, want string }{
		{"a.mp3", "ID3\x04\x00\x00", "audio/mpeg"},
		{"a.mp3", "\xff\xfb\x90\x64\x00", "audio/mpeg"},
		{"a.aac", "\xff\xf1\x50\x80\x00", "audio/aac"},
		{"a.wav", "RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"a.flac", "fLaC\x00\x00", "audio/flac"},
		{"a.opus", "OggS\x00\x02", "audio/ogg"},
		{"a.ogv", "OggS\x00\x02", "video/ogg"},
		{"a.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"},
		{"a.mp4", "\x00\x00\x00\x18ftypiso5\x00\x00\x00\x00iso6dash", "video/mp4"},
		{"a.m4a", "\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42", "audio/mp4"},
		{"a.webm", "\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"},
		{"a.weba", "\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "audio/webm"},
		{"a.mkv", "\x1a\x45\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", ""},
		{"a.mov", "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", ""},
		{"a.mp3", "<html><script>alert(1)</script>", ""},
		{"a.mp4", "%PDF-1.7\n", ""},
		{"a.mp3", "\xff\xff\xff\xff\xff", ""},
	} {
		b, err := s.PutMedia(t.Context(), strings.NewReader(x.body), x.name, 1<<10)
		if b.Type != x.want && err == nil || (err == nil) != (x.want != "") || err != nil && core.KindOf(err) != core.KindInvalid {
			t.Errorf("%s %q: %q, %v, want %q", x.name, x.body, b.Type, err, x.want)
		}
	}
	if _, err := s.PutMedia(t.Context(), strings.NewReader("ID3"+strings.Repeat("x", 1<<10)), "a.mp3", 1<<10); core.KindOf(err) != core.KindTooLarge {
		t.Errorf("a sound that is too large: %v", err)
	}
}

func TestNames(t *testing.T) {
	s := blob.New(nil, t.TempDir(), 0)
	for in, want := range map[string]string{
		"": "file", "..": "file", "../../etc/passwd": "passwd", "a\r\nSet-Cookie: x=1.txt": "aSet-Cookie x=1.txt",
		"résumé\u202etxt.exe": "résumétxt.exe", "отчёт.pdf": "отчёт.pdf", strings.Repeat("long", 60) + ".docx": strings.Repeat("long", 28) + "lon" + ".docx",
		"\xff.txt": "txt",
	} {
		if b := put(t, s, "x", in, ""); b.Name != want {
			t.Errorf("%q: %q, want %q", in, b.Name, want)
		}
	}
}

func TestServe(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		rec := openRecord(t, url)
		s := blob.New(rec, t.TempDir(), 0)
		words, err := i18n.Load(fstest.MapFS{})
		if err != nil {
			t.Fatal(err)
		}
		srv, err := web.New(web.Config{Build: "test"}, words, rec, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
		if err != nil {
			t.Fatal(err)
		}
		srv.Handle("GET /files/{id}", func(c *web.C) error { return s.Serve(c, c.Param("id")) })
		h := srv.Handler()
		get := func(id string, headers ...string) *http.Response {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/files/"+id, nil)
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Result()
		}
		for _, x := range []struct{ name, body, disposition, kind string }{
			{"Résumé; a.txt", "<b>text</b> and more", "inline; filename*=utf-8''R%C3%A9sum%C3%A9%3B%20a.txt", "text/plain; charset=utf-8"},
			{"a.pdf", "%PDF-1.7\n", "inline; filename=a.pdf", "application/pdf"},
			{"a.png", "\x89PNG\x0D\x0A\x1A\x0A", "inline; filename=a.png", "image/png"},
			{"page.html", "<html><script>alert(1)</script>", "attachment; filename=page.html", "text/html; charset=utf-8"},
			{"a.xml", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>", "attachment; filename=a.xml", "text/xml; charset=utf-8"},
		} {
			b := put(t, s, x.body, x.name, "")
			register(t, rec, s, b)
			res := get(b.ID)
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != http.StatusOK || string(body) != x.body {
				t.Errorf("%s: %d, %q, %v", x.name, res.StatusCode, body, err)
			}
			csp := res.Header.Get("Content-Security-Policy")
			if res.Header.Get("Content-Disposition") != x.disposition || res.Header.Get("Content-Type") != x.kind ||
				res.Header.Get("X-Content-Type-Options") != "nosniff" || (!strings.Contains(csp, "sandbox") && x.kind != "application/pdf") || strings.Contains(csp, "script-src") {
				t.Errorf("%s: %v", x.name, res.Header)
			}
			if res := get(b.ID, "If-None-Match", res.Header.Get("Etag")); res.StatusCode != http.StatusNotModified {
				t.Errorf("%s: sent again with %d", x.name, res.StatusCode)
			}
			if res := get(b.ID, "Range", "bytes=2-3"); res.StatusCode != http.StatusPartialContent {
				t.Errorf("%s: a part: %d", x.name, res.StatusCode)
			}
		}
		for _, id := range []string{"nonsense", strings.Repeat("0", 64), "..%2f..%2fetc%2fpasswd"} {
			if res := get(id); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", id, res.StatusCode)
			}
		}
	})
}
