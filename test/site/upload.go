package site

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Upload sends a form with a file in a field, as a browser does.
func (r *Reader) Upload(path string, form url.Values, field, name string, data []byte) *Page {
	r.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = r.site.URL + path
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	check := func(err error) {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
	}
	for k, list := range form {
		for _, v := range list {
			check(m.WriteField(k, v))
		}
	}
	if field != "" {
		f, err := m.CreateFormFile(field, name)
		check(err)
		_, err = f.Write(data)
		check(err)
	}
	check(m.Close())
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, path, &body)
	check(err)
	req.Header.Set("Content-Type", m.FormDataContentType())
	res, err := r.http.Do(req)
	check(err)
	defer func() { _ = res.Body.Close() }()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	check(err)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b.Bytes()))
	check(err)
	return &Page{Document: doc, Status: res.StatusCode, URL: res.Request.URL, Header: res.Header, Body: b.String()}
}
