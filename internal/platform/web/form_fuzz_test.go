package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// FuzzDecode sends random bodies to a form with a field of every kind: whatever comes,
// it is read or refused, and the form can be shown again.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		"", "title=a&rank=1", "version=x", "seats=99999999999999999999", "public=maybe", "themes=1&themes=2&themes[]=3&themes[0]=4",
		"name.Orig=ar&name.By[ar]=a&name.By[xx]=b&name.By[]=c&name.By=d&name=e&name.By[ar].x=f", "links[0].url=a&links[1].name.By[fr]=b",
		"links[199].url=a", "links[200].url=a", "links[-1].url=a", "links[].url=a", "links[a].url=a", "links=a", "links[0]=a", "links[0][1].url=a",
		"links[18446744073709551616].url=a", "_more=links", "_more=nowhere", "title[=a", "title]=a", "[]=a", "[=a", "]=a", ".=a", "%zz", "a;b",
		"title=%00%FF%ED%A0%80", "day=2026-02-31", "links[0].Words.Orig=x", "name.By[" + strings.Repeat("x", 300) + "]=a", strings.Repeat("title=a&", 300),
		"links[0].url=a&links[0].url[0]=b", "links[0]].url=a", "links[[0].url=a", "Secret=a&internal=b", "name.By[en][fr]=a", "file=x",
	} {
		f.Add(body, false)
		f.Add(body, true)
	}
	var bad []string // what is wrong with the input that was read
	x := newSite(f, func(s *web.Server) {
		s.Handle("POST /edit", func(c *web.C) error {
			var in input
			err := c.Decode(&in)
			if err == nil {
				for _, s := range []string{in.Title, in.Note, in.Day, in.Kind, in.Name.String(), in.Bio.Clean().String()} {
					if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
						bad = append(bad, fmt.Sprintf("%q cannot be stored", s))
					}
				}
				if len(in.Links) > 201 {
					bad = append(bad, "too many rows")
				}
				if in.Secret != "" {
					bad = append(bad, "a field that is not of the form was set")
				}
				err = core.Validate(in).Err()
			}
			form := c.Form("test", &in)
			form.Options("links.kind", []web.Option{{Value: "a", Label: "A"}})
			if err == nil {
				now := in
				now.Title += "x"
				err = core.Stale(&now)
			}
			if err := form.Fail(err); err != nil {
				return err
			}
			return c.Page(web.Page{Name: "test/form", V: form})
		})
	})
	f.Fuzz(func(t *testing.T, body string, multi bool) {
		bad = nil
		x.log.reset()
		kind := "application/x-www-form-urlencoded"
		if multi {
			kind = "multipart/form-data; boundary=b"
			body = "--b\r\nContent-Disposition: form-data; name=\"" + body + "\"\r\n\r\nvalue\r\n--b--\r\n"
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/edit", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		x.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%d for %q: %s", w.Code, body, x.log.String())
		}
		if len(bad) > 0 {
			t.Fatalf("%v for %q", bad, body)
		}
		if page := w.Body.String(); !strings.Contains(page, "</html>") || !utf8.ValidString(page) {
			t.Fatalf("no whole page for %q", body)
		}
	})
}
