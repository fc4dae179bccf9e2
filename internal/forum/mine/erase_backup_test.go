package mine_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"plenary/internal/app"
	"plenary/internal/platform/backup"
	"plenary/test/site"
)

// exported holds that she gets all that the forum holds of her before it is erased.
func (h *house) exported(reader *site.Reader, email string) {
	h.t.Helper()
	b := []byte(reader.Get("/me/data/export.zip").Body)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	h.ok(err)
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		h.ok(err)
		_, err = io.Copy(&all, r)
		h.ok(errors.Join(err, r.Close()))
	}
	for _, want := range []string{email, oddName} {
		if !strings.Contains(all.String(), want) {
			h.t.Errorf("%q is not in what she gets", want)
		}
	}
}

// backedUp holds that a backup that is made now knows nothing of her, and that what is restored
// from it has no flaw either.
func (h *house) backedUp(email string) {
	h.t.Helper()
	src, done, err := app.Source(h.t.Context(), h.Config)
	h.ok(err)
	defer done()
	var packed bytes.Buffer
	_, err = backup.Write(h.t.Context(), src, &packed)
	h.ok(err)
	z, err := zstd.NewReader(bytes.NewReader(packed.Bytes()))
	h.ok(err)
	defer z.Close()
	all, err := io.ReadAll(z)
	h.ok(err)
	for word, most := range map[string]int{"a paper of " + email: 0, "wheelchair " + email: 0, oddName: 1} { // a sentence of somebody else's begins with her name; another account has her address
		if n := strings.Count(string(all), word); n > most {
			h.t.Errorf("%q is %d times in a backup made afterwards", word, n)
		}
	}
	there := app.Config{Data: h.t.TempDir(), BaseURL: "http://localhost", Chromium: "none", Clock: h.Config.Clock}
	_, err = app.Restore(h.t.Context(), there, bytes.NewReader(packed.Bytes()), false, nil)
	h.ok(err)
	there.ReadOnly = true
	a, err := app.Open(h.t.Context(), there)
	h.ok(err)
	defer a.Close()
	(&house{Site: &site.Site{App: a}, t: h.t}).checks()
}
