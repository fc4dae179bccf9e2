package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// assets are the styles, scripts and pictures, each under a name with its hash so
// that browsers may keep it for ever. All styles of css/ are one file, plenary.css,
// in the order of their names; all of js/ are plenary.js.
type assets struct {
	byName map[string]*asset // as templates call it
	byPath map[string]*asset // as browsers ask for it
}

type asset struct {
	path, contentType string
	body              [3][]byte
	once              [3]sync.Once
}

func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{byName: map[string]*asset{}, byPath: map[string]*asset{}}
	for _, bundle := range []struct{ dir, name string }{{"css", "plenary.css"}, {"js", "plenary.js"}} {
		files, err := fs.Glob(fsys, bundle.dir+"/*"+path.Ext(bundle.name))
		if err != nil {
			return nil, err
		}
		sort.Strings(files)
		var buf bytes.Buffer
		for _, f := range files {
			b, err := fs.ReadFile(fsys, f)
			if err != nil {
				return nil, err
			}
			buf.Write(b)
			buf.WriteByte('\n')
		}
		a.add(bundle.name, buf.Bytes())
	}
	files, err := fs.Glob(fsys, "*")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			continue // a folder
		}
		a.add(f, b)
	}
	return a, nil
}

// warm compresses all of them: the first reader shall not wait for it.
func (a *assets) warm() {
	for _, x := range a.byPath {
		x.encoded(gzipped)
		x.encoded(brotlied)
	}
}

// encoded is the body in an encoding, compressed once. What is compressed already, as
// pictures are, stays as it is.
func (x *asset) encoded(enc int) []byte {
	x.once[enc].Do(func() {
		if enc != plain {
			x.body[enc] = compress(enc, x.body[plain])
		}
	})
	return x.body[enc]
}

func (a *assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	x := &asset{
		path:        strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		contentType: mime.TypeByExtension(ext),
	}
	if ext == ".js" {
		x.contentType = "text/javascript; charset=utf-8"
	}
	x.body[plain] = body
	a.byName[name], a.byPath[x.path] = x, x
}

func (a *assets) url(name string) string {
	if x, ok := a.byName[name]; ok {
		return "/assets/" + x.path
	}
	panic(fmt.Sprintf("no asset %q", name)) // a mistake in a template
}

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, ok := a.byPath[r.PathValue("file")]
	if !ok {
		// The plain name also answers, for pages of other programs that link to it.
		if x, ok = a.byName[r.PathValue("file")]; !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=300")
	} else {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	enc := encodingOf(r)
	if strings.HasPrefix(x.contentType, "image/png") {
		enc = plain
	}
	body := x.encoded(enc)
	h := w.Header()
	h.Set("Content-Type", x.contentType)
	h["Vary"] = []string{"Accept-Encoding"}
	switch enc {
	case gzipped:
		h["Content-Encoding"] = gzipHeader
	case brotlied:
		h["Content-Encoding"] = brHeader
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
