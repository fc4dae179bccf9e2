package documents

import (
	"fmt"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/akn"
	"plenary/internal/formats/docx"
	"plenary/internal/formats/epub"
	"plenary/internal/formats/printed"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/web"
)

// formats are the files of a text, in the order in which they are offered.
var formats = []string{"html", "pdf", "docx", "epub", "md", "txt", "xml", "json"}

// costly are formats that take work; how often one network address may ask for a fresh
// one is limited.
func costly() *web.Limiter { return web.NewLimiter(2*time.Second, 40) }

// UsePrinter says what prints PDF. Without one, or where it has no browser, no PDF is
// offered.
func (s *Service) UsePrinter(p *pdf.Printer) { s.printer = p }

// Numbers registers how the owner room of a kind of document numbers paragraphs: what
// stands beside each in place of the number of its id, nothing where fn gives "".
func (s *Service) Numbers(kind string, fn func(Paragraph) string) { s.numbers[kind] = fn }

// Files are links to a text in every format that there is, or in some of them, for a page.
// path is the address of the files without an ending.
func (s *Service) Files(c *web.C, path string, some ...string) []web.Tab {
	if len(some) == 0 {
		some = formats
	}
	var out []web.Tab
	for _, f := range some {
		if f != "pdf" || s.printer.Available() {
			out = append(out, web.Tab{Label: c.T("documents.file." + f), URL: c.URL(path + "." + f)})
		}
	}
	return out
}

// Send answers with a prepared text as a file: html, pdf, docx, epub, xml (Akoma Ntoso),
// md or txt. Who may read it has been asked. Errors: core.KindNotFound for another
// format, core.KindLimited, core.KindUnavailable for a PDF without a browser.
func (s *Service) Send(c *web.C, e Export, format string) error {
	switch format {
	case "txt":
		return c.Bytes("text/plain; charset=utf-8", []byte(e.PlainText()))
	case "md":
		return c.Bytes("text/markdown; charset=utf-8", []byte(e.Markdown()))
	case "html", "pdf", "docx", "epub", "xml":
	default:
		return core.NotFound()
	}
	if format == "pdf" && !s.printer.Available() {
		return &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	if err := s.imprint(c, &e); err != nil {
		return err
	}
	t := e.Printed()
	f := web.File{Name: e.Name() + "." + format, Inline: true}
	page := pdf.Page{}
	if format == "pdf" {
		page = pdf.Page{HTML: t.HTML(), Footer: footer(c, t)}
	}
	if format != "pdf" || !s.printer.Has(page) {
		if err := s.limit.Allow(web.RemoteAddr(c.R)); err != nil {
			return err
		}
	}
	var err error
	switch format {
	case "html":
		f.Type, f.Policy, f.Body = "text/html; charset=utf-8", printed.Policy+"; frame-ancestors 'none'", t.HTML()
	case "pdf":
		// What browsers show a PDF with needs a style and an object of its own.
		f.Type, f.Packed, f.Policy = "application/pdf", true, "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
		f.Body, err = s.printer.Print(c.Context(), page)
	case "docx":
		f.Type, f.Packed, f.Inline = docx.Type, true, false
		f.Body, err = docx.Write(t)
	case "epub":
		f.Type, f.Packed, f.Inline = epub.Type, true, false
		f.Body, err = epub.Write(t)
	case "xml":
		f.Type, f.Inline, f.Body = akn.Type, false, akn.Write(t)
	}
	if err != nil {
		return fmt.Errorf("print as %s: %w", format, err)
	}
	return c.File(f)
}

// imprint adds who publishes the text, where, and its published versions.
func (s *Service) imprint(c *web.C, e *Export) error {
	e.words.Home = c.S.BaseURL
	if c.S.Shell != nil {
		shell, err := c.S.Shell(c)
		if err != nil {
			return err
		}
		e.words.Forum = shell.Forum
	}
	if e.sheet {
		return nil
	}
	revs, err := s.Revisions(c.Context(), e.doc.ID)
	if err != nil {
		return err
	}
	e.words.History = nil
	for _, r := range revs[e.doc.ID] {
		if !r.Draft() {
			e.words.History = append(e.words.History, r)
		}
	}
	return nil
}

// footer stands below each page of a PDF: the address, and which page it is. The browser
// fills in the numbers.
func footer(c *web.C, t printed.Text) string {
	const style = "font:8px Helvetica,Arial,sans-serif;width:100%;margin:0 22mm;display:flex;justify-content:space-between;gap:2em"
	count := c.T("documents.pdf.page", "Number", "\x01", "Total", "\x02")
	out := ""
	for _, r := range count {
		switch r {
		case '\x01':
			out += `<span class="pageNumber"></span>`
		case '\x02':
			out += `<span class="totalPages"></span>`
		default:
			out += printed.Escape(string(r))
		}
	}
	return fmt.Sprintf(`<div lang="%s" dir="%s" style="%s"><span dir="ltr">%s</span><span>%s</span></div>`,
		printed.Escape(t.Lang), core.Dir(t.Lang), style, printed.Escape(t.Address), out)
}
