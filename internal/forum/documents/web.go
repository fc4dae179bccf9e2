package documents

import (
	"context"
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// NamesFunc gives the names of persons that may be shown. Whoever is missing stays
// unnamed.
type NamesFunc func(ctx context.Context, persons []core.ID) (map[core.ID]string, error)

// Web is the room's pages: the versions of a text, each version, and what differs.
type Web struct {
	s     *Service
	names NamesFunc
}

// NewWeb makes the pages. names may be nil: then nobody is named.
func NewWeb(s *Service, names NamesFunc) *Web { return &Web{s: s, names: names} }

// Register registers pages and templates. The template documents/text is also rendered
// by TextPart on pages of owner rooms.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("documents", viewFS); err != nil {
		return err
	}
	s.Handle("GET /documents/{id}", w.document)
	s.Handle("GET /documents/{id}/revisions", w.revisions)
	s.Handle("GET /documents/{id}/revisions/{n}", w.revision)
	s.Handle("GET /documents/{id}/compare", w.compare)
	return nil
}

// reads says which scopes a page of the document is made from, before it reads them.
func (w *Web) reads(c *web.C) (core.ID, error) {
	id := core.ID(c.Param("id"))
	scope, err := w.s.scope(c.Context(), id)
	if err != nil {
		return id, err
	}
	c.Reads(scope, core.ScopeForum)
	return id, nil
}

func revisionPath(id core.ID, number int) string {
	return "/documents/" + string(id) + "/revisions/" + strconv.Itoa(number)
}

func revisionsPath(id core.ID) string { return "/documents/" + string(id) + "/revisions" }

func comparePath(id core.ID, from, to int) string {
	return "/documents/" + string(id) + "/compare?from=" + strconv.Itoa(from) + "&to=" + strconv.Itoa(to)
}

// document leads from the permanent address of a text to where it is shown.
func (w *Web) document(c *web.C) error {
	d, err := w.s.See(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	paths, err := w.s.Addresses(c.Context(), d)
	if err != nil {
		return err
	}
	if path := paths[d.ID]; path != "/documents/"+string(d.ID) {
		return c.Redirect(path)
	}
	n := d.Published
	if n == 0 {
		n = d.Head
	}
	return c.Redirect(revisionPath(d.ID, n))
}

// owner is the step of the trail that leads to the page of the owner room.
func (w *Web) trail(c *web.C, d Document, more ...web.Crumb) ([]web.Crumb, error) {
	paths, err := w.s.Addresses(c.Context(), d)
	if err != nil {
		return nil, err
	}
	title := c.Text(d.Title)
	first := web.Crumb{Label: title.S, URL: c.URL(paths[d.ID])}
	if title.Fallback {
		first.Lang = title.Lang
	}
	return append([]web.Crumb{first}, more...), nil
}

type revisionsView struct {
	Title web.TextView
	Count string
	Rows  []revisionRow
}

type revisionRow struct {
	Label, URL     string
	Status         web.Status
	Saved          string // when, of a draft
	Stage, Who     string
	Note           string
	Correction     bool
	Compare, Words string
}

func (w *Web) revisions(c *web.C) error {
	id, err := w.reads(c)
	if err != nil {
		return err
	}
	d, revs, err := w.s.SeeRevisions(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	names, err := w.authors(c, revs)
	if err != nil {
		return err
	}
	v := revisionsView{Title: c.Text(d.Title), Count: c.T("documents.revisions.count", "Count", len(revs))}
	last := 0 // the published revision before
	for _, r := range revs {
		row := revisionRow{
			Label: c.T("documents.revision", "Number", r.Number), URL: c.URL(revisionPath(id, r.Number)), Status: w.status(c, r),
			Stage: stageWords(c, r.Stage), Who: names[r.Person], Note: r.Note, Correction: r.Correction,
		}
		if r.Draft() {
			row.Saved = c.T("documents.saved", "When", stamp(c, r.Updated))
		}
		if last > 0 {
			row.Compare = c.URL(comparePath(id, last, r.Number))
			row.Words = c.T("documents.compare.with", "Number", last)
		}
		if !r.Draft() {
			last = r.Number
		}
		v.Rows = append(v.Rows, row)
	}
	slices.Reverse(v.Rows)
	trail, err := w.trail(c, d, web.Crumb{Label: c.T("documents.revisions")})
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "documents/revisions", Title: c.T("documents.revisions.of", "Title", v.Title.S), Section: "outcomes", Trail: trail, V: v,
	})
}

func (w *Web) authors(c *web.C, revs []Revision) (map[core.ID]string, error) {
	var persons []core.ID
	for _, r := range revs {
		if r.Person != "" && !slices.Contains(persons, r.Person) {
			persons = append(persons, r.Person)
		}
	}
	if w.names == nil || len(persons) == 0 {
		return nil, nil
	}
	return w.names(c.Context(), persons)
}

func (w *Web) status(c *web.C, r Revision) web.Status {
	if r.Draft() {
		return c.Status("draft", "documents.state.draft")
	}
	if r.Correction {
		return c.Status("changed", "documents.state.correction", "When", stamp(c, r.Issued))
	}
	return c.Status("published", "documents.state.published", "When", stamp(c, r.Issued))
}

func stamp(c *web.C, at core.Instant) string { return c.T("documents.utc", "When", c.Stamp(at, "UTC")) }

// stageWords puts a stage into words where the catalogue has some.
func stageWords(c *web.C, stage string) string {
	if key := "documents.stage." + stage; c.S.Catalog.Has(key) {
		return c.T(key)
	}
	return ""
}

// Words are those of the reader of a page, for Prepare: sources and degrees are named
// by whom the wiring has registered.
func (s *Service) Words(c *web.C, d Document, r Revision) (Words, error) {
	ctx := core.WithActor(c.Context(), c.Actor)
	w := Words{
		Lang: c.Lang, T: c.T, Stamp: func(at core.Instant) string { return stamp(c, at) }, Resolve: s.Resolver(ctx, c.Lang),
		Stage: stageWords(c, r.Stage), Address: c.S.BaseURL + revisionPath(d.ID, r.Number),
		Number: s.numbers[d.Kind],
	}
	if codes := r.Degrees(); s.degrees != nil && len(codes) > 0 {
		known, err := s.degrees(ctx, c.Lang, d, codes)
		if err != nil {
			return w, err
		}
		w.Degree = func(code string) DegreeLabel {
			if l, ok := known[code]; ok {
				return l
			}
			return DegreeLabel{Words: code}
		}
	}
	return w, nil
}

// revision shows one version of a text, or sends it as a file when the address ends in
// the name of a format (Service.Send) or .json.
func (w *Web) revision(c *web.C) error {
	name, format, _ := strings.Cut(c.Param("n"), ".")
	n, err := strconv.Atoi(name)
	if err != nil || n < 1 || strconv.Itoa(n) != name {
		return core.NotFound()
	}
	id, err := w.reads(c)
	if err != nil {
		return err
	}
	d, r, err := w.s.SeeRevision(c.Context(), c.Actor, id, n)
	if err != nil {
		return err
	}
	if format == "json" {
		b, err := w.s.FrozenJSON(c.Context(), d, r)
		if err != nil {
			return err
		}
		return c.Bytes("application/json", b)
	}
	words, err := w.s.Words(c, d, r)
	if err != nil {
		return err
	}
	// What is cited may be renamed in a scope that this page does not know of.
	if slices.ContainsFunc(r.Paragraphs, func(p Paragraph) bool { return len(p.Sources) > 0 }) {
		c.Until(c.Now().Add(10 * time.Minute))
	}
	e, err := Prepare(d, r, words)
	if err != nil {
		return err
	}
	if format == "" && !strings.HasSuffix(c.Param("n"), ".") {
		return w.showRevision(c, d, r, e)
	}
	return w.s.Send(c, e, format)
}

type revisionView struct {
	Title             web.TextView
	Label, Stage      string
	Status            web.Status
	Note              string
	Correction, Draft bool
	Newer             *web.Tab
	Text              textView
	Hash              []string // in pieces, between which a line may end
	JSON              string
	Licence           string
	LicenceURL        string
	Langs             string
	Files             []web.Tab
	All, Compare      *web.Tab
}

func (w *Web) showRevision(c *web.C, d Document, r Revision, e Export) error {
	path := revisionPath(d.ID, r.Number)
	v := revisionView{
		Title: c.Text(r.Title), Label: c.T("documents.revision", "Number", r.Number), Stage: stageWords(c, r.Stage), Status: w.status(c, r),
		Note: r.Note, Correction: r.Correction, Draft: r.Draft(), Text: newTextView(c, e), JSON: c.URL(path + ".json"),
		Licence: d.Licence, LicenceURL: webAddress(d.Licence),
		All: &web.Tab{Label: c.T("documents.revisions.all"), URL: c.URL(revisionsPath(d.ID))},
	}
	v.Files = w.s.Files(c, path)
	v.Hash = Pieces(r.Hash)
	var langs []string
	for _, l := range r.Langs() {
		langs = append(langs, web.LangName[l])
	}
	v.Langs = strings.Join(langs, " · ")
	if d.Published > r.Number {
		v.Newer = &web.Tab{Label: c.T("documents.newer.read", "Number", d.Published), URL: c.URL(revisionPath(d.ID, d.Published))}
		v.Compare = &web.Tab{Label: c.T("documents.newer.compare"), URL: c.URL(comparePath(d.ID, r.Number, d.Published))}
	} else if r.Previous > 0 {
		v.Compare = &web.Tab{Label: c.T("documents.compare.with", "Number", r.Previous), URL: c.URL(comparePath(d.ID, r.Previous, r.Number))}
	}
	trail, err := w.trail(c, d, web.Crumb{Label: c.T("documents.revisions"), URL: c.URL(revisionsPath(d.ID))}, web.Crumb{Label: v.Label})
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "documents/revision", Title: v.Title.S, TitleLang: titleLang(v.Title), Section: "outcomes", Trail: trail,
		NoIndex: r.Draft() || v.Newer != nil, V: v,
	})
}

// Pieces cuts a hash between which a line may end, so that it fits a narrow screen.
func Pieces(hash string) []string {
	var out []string
	for piece := range slices.Chunk([]byte(hash), 8) {
		out = append(out, string(piece))
	}
	return out
}

func titleLang(t web.TextView) string {
	if t.Fallback {
		return t.Lang
	}
	return ""
}

// localLink makes an address of this server one in the reader's language.
func localLink(c *web.C, link string) string {
	u, err := url.Parse(link)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(link, "/") {
		return link
	}
	return c.URL(link)
}
