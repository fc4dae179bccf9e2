package documents_test

import (
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/pdf"
	"plenary/internal/testkit"
)

func withDissent(h *house) documents.Document {
	p := text(fees)
	p.Sources = []documents.Source{{Sentence: 1, Kind: documents.SourceLink, Ref: "https://undocs.org/A/RES/70/125", Note: "A/RES/70/125"}}
	p.Attrs.Sentences = []documents.Degree{{I: 1, Degree: "broad"}}
	p.Attrs.Dissent = []documents.Dissent{
		{By: "Association <of> operators", Text: core.NewText("en", "Fees are a national matter.")},
		{Kind: documents.DissentView, Text: core.NewText("ar", "رأى بعضهم غير ذلك.")},
		{Kind: documents.DissentView, By: "Two delegations", Text: core.NewText("en", "They would not decide yet.")},
	}
	d := h.create(documents.Create{Licence: "CC-BY-4.0", Stage: "final", Paragraphs: []documents.Paragraph{{Kind: documents.Heading, Level: 2, Text: core.NewText("en", "What was heard")}, p}})
	h.publish(d.ID, "")
	return d
}

// E140, E142: every format carries status, version and hash, licence, degree, dissent and
// views, sources and the way back, in the language of the reader.
func TestFilesOfAText(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := withDissent(h)
		s := serve(h)
		base := "/documents/" + string(d.ID) + "/revisions/1"
		_, rev, err := h.docs.SeeRevision(t.Context(), core.Visitor, d.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]string{
			"html": "text/html; charset=utf-8", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
			"epub": "application/epub+zip", "xml": "application/akn+xml", "md": "text/markdown; charset=utf-8", "txt": "text/plain; charset=utf-8", "json": "application/json",
		}
		for format, kind := range kinds {
			status, body, header := s.get("", base+"."+format)
			if status != http.StatusOK || header.Get("Content-Type") != kind || header.Get("Etag") == "" || header.Get("Cache-Control") != "public, no-cache" {
				t.Errorf("%s answers %d, %v", format, status, header)
			}
			if format == "html" || format == "xml" || format == "md" || format == "txt" {
				for _, want := range []string{"What was heard", rev.Hash, "CC-BY-4.0", "broad", "Fees are a national matter.", "رأى بعضهم غير ذلك.", "Diverging view", "Two delegations", "A/RES/70/125", "https://undocs.org/A/RES/70/125", "https://forum.example" + base} {
					if !strings.Contains(body, want) {
						t.Errorf("%s does not say %q", format, want)
					}
				}
			}
			if format == "html" || format == "xml" {
				for _, want := range []string{"Final", "https://forum.example" + base + "#p2", "Association &lt;of&gt; operators"} {
					if !strings.Contains(body, want) {
						t.Errorf("%s does not say %q", format, want)
					}
				}
			}
		}
		_, body, header := s.get("", "/ar"+base+".html")
		if !strings.Contains(body, `<html lang="ar" dir="rtl">`) || !strings.Contains(body, `<p lang="en" xml:lang="en" dir="ltr">`) || !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-") {
			t.Errorf("in Arabic: %s %s", header.Get("Content-Security-Policy"), body)
		}
		if got := header.Get("Content-Disposition"); !strings.HasPrefix(got, `inline; filename="report-of-ws-184-`) && !strings.HasPrefix(got, `inline; filename="Report of WS 184`) {
			t.Errorf("it is sent as %s", got)
		}
		// What was kept is sent with the same headers.
		if _, _, again := s.get("", "/ar"+base+".html"); again.Get("Content-Disposition") != header.Get("Content-Disposition") || again.Get("Content-Security-Policy") != header.Get("Content-Security-Policy") {
			t.Errorf("from the cache it is sent with %v", again)
		}
		for _, wrong := range []string{".", ".exe", ".html.html"} {
			if status, _, _ := s.get("", base+wrong); status != http.StatusNotFound {
				t.Errorf("%s answers %d", wrong, status)
			}
		}
		// Nobody reads a draft in another format.
		h.revise(d.ID, documents.Revise{Paragraphs: texts(fees, rights)})
		for _, format := range []string{"html", "docx", "epub", "xml", "pdf"} {
			if status, _, _ := s.get("", strings.TrimSuffix(base, "1")+"2."+format); status != http.StatusNotFound {
				t.Errorf("a draft as %s answers %d", format, status)
			}
		}
		if status, _, h := s.get("secretariat", strings.TrimSuffix(base, "1")+"2.xml"); status != http.StatusOK || h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("the secretariat gets the draft with %d %v", status, h)
		}
	})
}

// Without a browser no PDF is offered, and its address says so in words. With one it is
// a PDF, tagged and in the language of the reader.
func TestPDFOfAText(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := withDissent(h)
		s := serve(h)
		base := "/documents/" + string(d.ID) + "/revisions/1"
		offered := func() bool { return s.page("", base+"?"+t.Name()).Find(".files a[href$='.pdf']").Length() == 1 }
		status, body, _ := s.get("", base+".pdf")
		if offered() || status != http.StatusServiceUnavailable || !strings.Contains(body, "This server cannot make PDF files") {
			t.Errorf("without a browser it answers %d %s", status, body)
		}
		p := pdf.New(pdf.Config{Browser: testkit.Chromium(t)})
		t.Cleanup(p.Close)
		h.docs.UsePrinter(p)
		status, body, header := s.get("", "/ar"+base+".pdf")
		if status != http.StatusOK || header.Get("Content-Type") != "application/pdf" || header.Get("Content-Encoding") != "" {
			t.Fatalf("with one it answers %d %v", status, header)
		}
		for _, want := range []string{"%PDF-", "/StructTreeRoot", "/Marked true", "/Lang (ar)", "/Outlines"} {
			if !strings.Contains(body, want) {
				t.Errorf("the PDF has no %s", want)
			}
		}
	})
}

// Who asks for one fresh file after another is told to wait.
func TestFilesAreLimited(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := withDissent(h)
		s := serve(h)
		limited := false
		for i := range 60 {
			status, _, _ := s.get("", "/documents/"+string(d.ID)+"/revisions/1.docx?"+strings.Repeat("x", i))
			limited = limited || status == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("sixty fresh files are made at once")
		}
	})
}
