package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
)

// quiet is how long a body or an answer of any length may stand still.
const quiet = time.Minute

// besides is what a long form holds beside its file.
const besides = 1 << 20

// Long lets the file that is sent to addresses with this ending be larger than MaxBody,
// up to limit bytes. Their handlers take it as it comes, by Upload; nothing else reads it.
func (s *Server) Long(ending string, limit int64) { s.long[ending] = limit + besides }

// limit is the largest body that an address takes, and whether it is a long one.
func (s *Server) limit(r *http.Request) (int64, bool) {
	if r.Method == http.MethodPost {
		for ending, limit := range s.long {
			if strings.HasSuffix(r.URL.Path, ending) {
				return limit, true
			}
		}
	}
	return MaxBody, false
}

// Upload hands the first file of a form to take while it arrives, however long that lasts
// if only something arrives. A form without a file is core.Invalid of the field "file";
// one that stops in the middle too.
func (c *C) Upload(take func(r io.Reader, name, contentType string) error) error {
	parts, err := c.R.MultipartReader()
	if err != nil {
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	}
	deadlines := http.NewResponseController(c.W)
	defer func() { _ = deadlines.SetWriteDeadline(core.Machine().Add(quiet)) }() // a recorder in a test has none
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			var p core.Problems
			p.Add("file", "form.required")
			return p.Err()
		}
		if err != nil {
			return cutShort(err)
		}
		if part.FileName() == "" {
			continue
		}
		said, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")) // what cannot be read says nothing
		return take(&patient{r: part, extend: deadlines.SetReadDeadline}, part.FileName(), said)
	}
}

// Uploaded is Done for a form that Upload took: a script that sent it is told where to go.
func (c *C) Uploaded(path, key string, args ...any) error {
	if c.R.Header.Get("X-Script") == "" {
		return c.Done(path, key, args...)
	}
	c.leave(key, args...)
	c.W.Header().Set("Location", c.URL(path))
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

// cutShort tells a form that is too large from one whose sender has gone.
func cutShort(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
}

// patient moves a deadline on with all that is read.
type patient struct {
	r      io.Reader
	extend func(time.Time) error
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.extend(core.Machine().Add(quiet)) // a recorder in a test has none
	return p.r.Read(b)
}

// ServeContent sends what can be read from any place, or the part that is asked for, to a
// reader however slow.
func (c *C) ServeContent(at time.Time, content io.ReadSeeker) {
	p := patient{r: content, extend: http.NewResponseController(c.W).SetWriteDeadline}
	http.ServeContent(c.W, c.R, "", at, struct {
		io.Reader
		io.Seeker
	}{&p, content})
}

// SizeWords is a size of a file as its limits are told: "8 MB".
func SizeWords(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", max(1, n>>10))
}
