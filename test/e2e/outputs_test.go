package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// E140, E142, E157: the Messages of an edition are there in every format, in the reader's
// language, with the number of each Message, its sources and the way back; the Akoma
// Ntoso of them is valid.
func TestMessagesInEveryFormat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		s := site.Demo(t, database)
		visitor := s.Visitor(t)
		page := must(t, visitor.Get("/2026-sample/messages"), http.StatusOK)
		for _, ext := range []string{"html", "docx", "epub", "md", "txt", "xml", "json"} {
			if page.Find("a[href$='/2026-sample/messages."+ext+"']").Length() == 0 {
				t.Errorf("%s is not offered", ext)
			}
		}
		for _, x := range []struct{ path, kind, want string }{
			{"/2026-sample/messages.html", "text/html; charset=utf-8", `<html lang="en" dir="ltr">`},
			{"/ar/2026-sample/messages.html", "text/html; charset=utf-8", `<html lang="ar" dir="rtl">`},
			{"/fr/2026-sample/messages.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK"},
			{"/ru/2026-sample/messages.epub", "application/epub+zip", "mimetypeapplication/epub+zip"},
			{"/2026-sample/messages.xml", "application/akn+xml", `<statement name="messages"`},
			{"/zh/2026-sample/messages.xml", "application/akn+xml", `<FRBRlanguage language="zho"/>`},
			{"/es/2026-sample/messages.txt", "text/plain; charset=utf-8", "SHA-256"},
		} {
			p := must(t, visitor.Get(x.path), http.StatusOK)
			if got := p.Header.Get("Content-Type"); got != x.kind {
				t.Errorf("%s is %s", x.path, got)
			}
			if !strings.Contains(p.Body, x.want) {
				t.Errorf("%s does not say %s", x.path, x.want)
			}
		}
		html := visitor.Get("/2026-sample/messages.html").Body
		if n := len(regexp.MustCompile(`<a class="no" href="[^"]*/2026-sample/messages/(\d+)">(\d+)</a>`).FindAllString(html, -1)); n == 0 {
			t.Error("no Message leads to its page")
		}
		if !regexp.MustCompile(`<a href="[^"]*/documents/[^"/]+/revisions/\d+">`).MatchString(html) {
			t.Error("the way back is missing")
		}
		lint, err := exec.LookPath("xmllint")
		if err != nil {
			return // another test says so
		}
		for _, prefix := range []string{"", "/fr", "/ar", "/zh"} {
			file := filepath.Join(t.TempDir(), "messages.xml")
			if err := os.WriteFile(file, []byte(visitor.Get(prefix+"/2026-sample/messages.xml").Body), 0o600); err != nil {
				t.Fatal(err)
			}
			schema := filepath.Join(testkit.Root(t), "internal", "formats", "akn", "testdata", "akomantoso30.xsd")
			if out, err := exec.CommandContext(t.Context(), lint, "--noout", "--nonet", "--schema", schema, file).CombinedOutput(); err != nil {
				t.Errorf("%s is not valid: %s", prefix, out)
			}
		}
	})
}
