package badges

import (
	"archive/zip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/web"
)

type runsView struct {
	Tabs    web.Tabs
	Actions []web.Action
	Summary string
	LeftOut string
	Batches []batchRow
	Empty   *web.Empty
}

type batchRow struct {
	Number             int
	URL, When, Machine string
	Count, Choice      string
	Files              string
}

// runs lists the runs of badges, with how many are to be printed yet.
func (w *Web) runs(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	list, err := w.s.Batches(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	n, left, err := w.s.Waiting(c.Context(), c.Actor, set, BatchInput{})
	if err != nil {
		return err
	}
	groups, err := w.s.delegations(c.Context(), set)
	if err != nil {
		return err
	}
	v := runsView{Tabs: tabs(c, set, "runs"), Summary: c.T("badges.runs.waiting", "Count", n), LeftOut: leftOut(c, left)}
	v.Actions = []web.Action{{Label: c.T("badges.print.title"), URL: at(c, set, "/print"), Icon: "print", Primary: true}}
	for _, b := range list {
		v.Batches = append(v.Batches, row(c, set, part, groups, b))
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("badges.runs.none"), Text: c.T("badges.runs.none_text")}
	}
	title := c.T("badges.title")
	return c.Page(web.Page{Name: "badges/runs", Title: title, Section: "programme", NoIndex: true, V: v, Trail: editions.Trail(c, set, web.Crumb{Label: title})})
}

func row(c *web.C, set *editions.Setting, part *participation.Setting, groups []participation.Delegation, b Batch) batchRow {
	return batchRow{
		Number: b.Number, URL: at(c, set, "/batches/"+strconv.Itoa(b.Number)), When: c.Stamp(b.Created, set.Zone), Machine: b.Created.Time().Format(time.RFC3339),
		Count: c.T("badges.runs.count", "Count", b.Count), Choice: choiceWords(c, part, groups, b.Chosen), Files: c.T("badges.runs.files", "Count", b.Parts),
	}
}

// choiceWords says whose badges a batch holds.
func choiceWords(c *web.C, part *participation.Setting, groups []participation.Delegation, ch BatchChoice) string {
	var words []string
	if cat := part.Category(ch.Category); cat != nil {
		words = append(words, c.Text(cat.Name).S)
	}
	for _, g := range groups {
		if g.ID == ch.Delegation {
			words = append(words, g.Name)
		}
	}
	switch {
	case ch.From != "" && ch.To != "":
		words = append(words, c.T("badges.choice.range", "From", ch.From, "To", ch.To))
	case ch.From != "":
		words = append(words, c.T("badges.choice.from", "From", ch.From))
	case ch.To != "":
		words = append(words, c.T("badges.choice.to", "To", ch.To))
	}
	if ch.Number > 0 {
		words = append(words, c.T("badges.number", "Number", ch.Number))
	}
	if len(words) == 0 {
		words = append(words, c.T("badges.choice.all"))
	}
	if ch.Again {
		words = append(words, c.T("badges.choice.again"))
	}
	return strings.Join(words, " · ")
}

// leftOut names the registrations that are not printed because they are looked at anew.
func leftOut(c *web.C, numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	words := make([]string, 0, len(numbers))
	for i, n := range numbers {
		if i == 200 {
			words = append(words, "…")
			break
		}
		words = append(words, strconv.Itoa(n))
	}
	return c.T("badges.runs.left_out", "Count", len(numbers), "Numbers", strings.Join(words, ", "))
}

// print chooses badges and makes a batch of them; its second button only counts.
func (w *Web) print(c *web.C) error {
	set, err := w.setting(c, "print")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	groups, err := w.s.delegations(c.Context(), set)
	if err != nil {
		return err
	}
	var in BatchInput
	var failed error
	counted, left := "", ""
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if c.Wants("_count") {
				var n int
				var numbers []int
				if n, numbers, failed = w.s.Waiting(c.Context(), c.Actor, set, in); failed == nil {
					counted, left = c.T("badges.print.counted", "Count", n), leftOut(c, numbers)
				}
			} else {
				var b Batch
				if b, failed = w.s.Print(c.Context(), c.Actor, set, in); failed == nil {
					return c.Done(set.Path()+"/badges/batches/"+strconv.Itoa(b.Number), "badges.print.done", "Count", b.Count)
				}
			}
		}
	}
	f := c.Form("badges.print", &in)
	f.Cancel = at(c, set, "")
	f.Buttons = []web.Button{{Name: "_count", Value: "1", Label: c.T("badges.print.count")}}
	var cats, dels []web.Option
	for _, x := range part.Categories {
		cats = append(cats, web.Option{Value: string(x.ID), Label: c.Text(x.Name).S})
	}
	for _, g := range groups {
		dels = append(dels, web.Option{Value: string(g.ID), Label: g.Name})
	}
	f.Options("category", cats)
	f.Options("delegation", dels)
	title := c.T("badges.print.title")
	v := formView{Title: title, Subtitle: c.T("badges.print.subtitle", "Count", PerFile), Tabs: tabs(c, set, "runs"), Form: f}
	if counted != "" {
		v.More = []string{counted, left}
	}
	pg := page(c, set, "print", title, v, web.Crumb{Label: title})
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		pg.Status, pg.Title = f.Status(failed), c.T("form.error_title", "Title", title)
	}
	return c.Page(pg)
}

type batchView struct {
	Title    string
	Tabs     web.Tabs
	Row      batchRow
	Who      string
	LeftOut  string
	Working  bool
	Percent  int
	Progress string
	Files    []batchFileRow
	Zip      string
	Again    string
	NoPDF    bool
}

type batchFileRow struct{ Label, URL string }

// batch is one run: its files, or how far they are.
func (w *Web) batch(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	b, there, err := w.s.Batch(c.Context(), c.Actor, set, c.Param("number"))
	if err != nil {
		return err
	}
	groups, err := w.s.delegations(c.Context(), set)
	if err != nil {
		return err
	}
	here := at(c, set, "/batches/"+strconv.Itoa(b.Number))
	v := batchView{Title: c.T("badges.batch.title", "Number", b.Number), Tabs: tabs(c, set, "runs"), Row: row(c, set, part, groups, b), LeftOut: leftOut(c, b.LeftOut)}
	switch {
	case !w.s.Printer.Available():
		v.NoPDF = true
	case b.Asked.IsZero():
		v.Again = here
	case len(there) < b.Parts:
		v.Working, v.Percent = true, len(there)*100/max(1, b.Parts)
		v.Progress = c.T("badges.batch.progress", "Done", len(there), "Count", b.Parts)
		c.W.Header().Set("Refresh", "4") // and a link for browsers that do not
	default:
		v.Again, v.Zip = here, here+"/files.zip"
	}
	for _, n := range there {
		first, last := (n-1)*PerFile+1, min(n*PerFile, b.Count)
		v.Files = append(v.Files, batchFileRow{Label: c.T("badges.batch.file", "First", first, "Last", last), URL: here + "/" + strconv.Itoa(n)})
	}
	return c.Page(page(c, set, "batch", v.Title, v, web.Crumb{Label: v.Title}))
}

// batchAgain has the files made anew.
func (w *Web) batchAgain(c *web.C) error {
	set, err := w.setting(c, "print")
	if err != nil {
		return err
	}
	if err := w.s.AskAgain(c.Context(), c.Actor, set, c.Param("number")); err != nil {
		return err
	}
	return c.Done(set.Path()+"/badges/batches/"+c.Param("number"), "badges.batch.asked")
}

// pdfPolicy lets browsers show a PDF by a program of their own.
const pdfPolicy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

func (w *Web) batchFile(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	body, err := w.s.File(c.Context(), c.Actor, set, c.Param("number"), c.Param("part"))
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s %s %s-%s.pdf", set.Slug, c.T("badges.file_name"), c.Param("number"), c.Param("part"))
	return c.File(web.File{Type: "application/pdf", Name: name, Inline: true, Packed: true, Policy: pdfPolicy, Body: body})
}

// batchZip sends all files of a batch, one after the other, so that it takes no memory.
func (w *Web) batchZip(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	b, there, err := w.s.Batch(c.Context(), c.Actor, set, c.Param("number"))
	if err != nil {
		return err
	}
	if len(there) == 0 || len(there) < b.Parts {
		return core.NotFound()
	}
	c.W.Header().Set("Content-Type", "application/zip")
	c.W.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-badges-%d.zip"`, set.Slug, b.Number))
	c.W.Header().Set("Cache-Control", "private, no-store")
	deadline := http.NewResponseController(c.W)
	z := zip.NewWriter(c.W)
	for _, n := range there {
		body, err := w.s.File(c.Context(), c.Actor, set, c.Param("number"), strconv.Itoa(n))
		if err != nil {
			return fmt.Errorf("after the beginning of a file was sent: %w", err)
		}
		_ = deadline.SetWriteDeadline(core.Machine().Add(time.Minute)) // a recorder in a test has none
		f, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%s-badges-%d-%03d.pdf", set.Slug, b.Number, n), Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := f.Write(body); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
	}
	return z.Close()
}
