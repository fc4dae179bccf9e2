package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type link struct {
	URL   string `form:"url" max:"50"`
	Kind  string `form:"kind" ui:"select"`
	Words core.Text
	Name  core.Text `form:"name"`
}

// input has a field of every kind that forms know.
type input struct {
	Version  int64     `form:"version" ui:"hidden"`
	Title    string    `form:"title" required:"1" max:"20"`
	Name     core.Text `form:"name" required:"1" max:"30"`
	Bio      core.Text `form:"bio" ui:"area"`
	Note     string    `form:"note" ui:"area"`
	Seats    int       `form:"seats" ui:"number"`
	Rank     int       `form:"rank" ui:"number" required:"1"`
	Day      string    `form:"day" ui:"date"`
	Kind     string    `form:"kind" ui:"select"`
	Format   string    `form:"format" ui:"radio"`
	Themes   []string  `form:"themes" ui:"checks"`
	Public   bool      `form:"public" ui:"check"`
	File     string    `form:"file" ui:"file" accept:".txt"`
	Links    []link    `form:"links"`
	Secret   string    // not of the form
	Internal string    `form:"internal" ui:"-"`
}

// formSite has one form that keeps what it takes in memory, as a service would.
type formSite struct {
	*site
	now input
}

func newFormSite(t *testing.T) *formSite {
	t.Helper()
	x := &formSite{now: input{
		Version: 3, Title: "Opening", Name: core.Text{Orig: "es", By: map[string]string{"es": "Apertura", "en": "Opening"}},
		Rank: 1, Kind: "main", Themes: []string{"2"}, Links: []link{{URL: "https://a.example"}}, Secret: "s3cret", Internal: "s3cret",
	}}
	show := func(c *web.C, in input, err error) error {
		f := c.Form("test", &in)
		opts := []web.Option{{Value: "main", Label: "Main session"}, {Value: "ws", Label: "Workshop"}}
		f.Options("kind", opts)
		f.Options("links.kind", opts)
		f.Options("themes", []web.Option{{Value: "1", Label: "Access"}, {Value: "2", Label: "Trust"}})
		f.Options("format", []web.Option{{Value: "round", Label: "Round table"}})
		status := http.StatusOK
		if err != nil {
			status = http.StatusUnprocessableEntity
			if err := f.Fail(err); err != nil {
				return err
			}
		}
		return c.Page(web.Page{Name: "test/form", Title: "Edit", Status: status, V: f})
	}
	x.site = newSite(t, func(s *web.Server) {
		s.Handle("GET /edit", func(c *web.C) error { return show(c, x.now, nil) })
		s.Handle("POST /edit", func(c *web.C) error {
			var in input
			err := c.Decode(&in)
			switch {
			case err != nil:
			case c.Wants("_more"):
			case !c.Actor.SignedIn():
				return core.SignIn()
			case in.Version != x.now.Version:
				err = core.Stale(x.now)
			default:
				p := core.Validate(in)
				if in.Title == "Closing" {
					p.Add("title", "test.error.title")
				}
				if in.Title == "Nobody" {
					p.Add("links[7].url", "test.error.whole")
				}
				err = p.Err()
			}
			if err != nil || c.Wants("_more") {
				return show(c, in, err)
			}
			x.now = in
			return c.Done("/edit", "test.saved", "What", in.Title)
		})
	})
	return x
}

var ada = []string{"Cookie", "session=Ada"}

// filled reads a form as a browser would send it.
func filled(doc *goquery.Document) url.Values {
	out := url.Values{}
	for _, s := range doc.Find("main form").Find("input, textarea, select").EachIter() {
		name := s.AttrOr("name", "")
		switch {
		case name == "":
		case goquery.NodeName(s) == "textarea":
			out.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			out.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		case s.AttrOr("type", "") == "checkbox" || s.AttrOr("type", "") == "radio":
			if _, on := s.Attr("checked"); on {
				out.Add(name, s.AttrOr("value", ""))
			}
		case s.AttrOr("type", "") != "file":
			out.Add(name, s.AttrOr("value", ""))
		}
	}
	return out
}

// Sending a form back as it came changes nothing.
func TestFormIsARoundTrip(t *testing.T) {
	x := newFormSite(t)
	vals := filled(x.get("/edit", ada...).html(t))
	for name, want := range map[string]string{
		"version": "3", "title": "Opening", "name.Orig": "es", "name.By[es]": "Apertura", "name.By[en]": "Opening", "seats": "", "rank": "1",
		"kind": "main", "themes": "2", "public": "", "links[0].url": "https://a.example", "links[1].url": "",
	} {
		if got := vals.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if vals.Has("Secret") || vals.Has("internal") || strings.Contains(x.get("/edit", ada...).body, "s3cret") {
		t.Error("a field that is not of the form is in it")
	}
	before := x.now
	if a := x.post("/edit", vals, ada...); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, short(a.body))
	}
	if got, want := x.now, before; got.Title != want.Title || !got.Name.Clean().Equal(want.Name) || !slices.Equal(got.Themes, want.Themes) ||
		got.Rank != 1 || len(got.Links) < 1 || got.Links[0].URL != want.Links[0].URL || got.Secret != "" {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestFormMarkup(t *testing.T) {
	doc := newFormSite(t).get("/fr/edit", ada...).html(t)
	form := doc.Find("main form")
	if form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != "/fr/edit" || form.AttrOr("enctype", "") != "multipart/form-data" {
		t.Errorf("sent to %s by %s as %s", form.AttrOr("action", ""), form.AttrOr("method", ""), form.AttrOr("enctype", ""))
	}
	ids := map[string]bool{}
	for _, s := range doc.Find("[id]").EachIter() {
		if id := s.AttrOr("id", ""); ids[id] {
			t.Errorf("id %s stands twice", id)
		} else {
			ids[id] = true
		}
	}
	// Every field has a label, and what describes it is there.
	for _, s := range form.Find("input:not([type=hidden]), textarea, select").EachIter() {
		if id := s.AttrOr("id", ""); doc.Find("label[for='"+id+"']").Length() != 1 {
			t.Errorf("%s has no label", s.AttrOr("name", ""))
		}
		for id := range strings.FieldsSeq(s.AttrOr("aria-describedby", "")) {
			if !ids[id] {
				t.Errorf("%s is described by %s, which is not there", s.AttrOr("name", ""), id)
			}
		}
	}
	if got := doc.Find("#f-title-help").Text(); got != "As it stands on the programme." {
		t.Errorf("help %q", got)
	}
	if doc.Find("#f-title[required]").Length() != 1 || doc.Find("#f-note[required]").Length() != 0 {
		t.Error("which fields must be filled is not said")
	}
	// A text in several languages: the original first, with its direction; translations behind.
	name := doc.Find("#f-name")
	if name.AttrOr("lang", "") != "es" || name.AttrOr("value", "") != "Apertura" {
		t.Errorf("the name is in %q: %q", name.AttrOr("lang", ""), name.AttrOr("value", ""))
	}
	if got := doc.Find("[name='name.By[ar]']"); got.AttrOr("dir", "") != "rtl" || got.AttrOr("lang", "") != "ar" {
		t.Error("Arabic is not written from right to left")
	}
	if !doc.Find("details.more-langs").First().Is("[open]") || doc.Find("details.more-langs").Eq(1).Is("[open]") {
		t.Error("the fold of translations is open where there are any, and only there")
	}
	// A new text begins in the reader's language.
	if got := doc.Find("#f-bio").AttrOr("lang", ""); got != "fr" {
		t.Errorf("a new text is in %q", got)
	}
	if got := doc.Find("textarea[name='bio.By[fr]']").Length(); got != 1 {
		t.Errorf("%d areas for the bio", got)
	}
}

func TestFormKeepsWhatWasTyped(t *testing.T) {
	x := newFormSite(t)
	typed := url.Values{
		"version": {"3"}, "title": {"A title that is much too long"}, "name.Orig": {"ar"}, "name.By[ar]": {"افتتاح"}, "name.By[fr]": {"  Ouverture"},
		"bio.By[en]": {"\n\nfirst line\r\nsecond <b>line</b>"}, "note": {"\"quoted\" & 'single'"}, "seats": {"many"}, "day": {"31 February"},
		"kind": {"ws"}, "themes": {"1", "2"}, "format": {"round"}, "public": {"true"},
		"links[0].url": {"https://b.example"}, "links[2].url": {"third"}, "links[2].kind": {"ws"}, "links[2].name.By[zh]": {"名"},
	}
	a := x.post("/edit", typed, ada...)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.status)
	}
	doc := a.html(t)
	got := filled(doc)
	for name, want := range typed {
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "\r\n", "\n") // as HTML has it
		}
		if have := got[name]; !slices.Equal(have, want) {
			t.Errorf("%s is %q, typed was %q", name, have, want)
		}
	}
	if doc.Find("#f-name").AttrOr("name", "") != "name.By[ar]" {
		t.Error("the language that she wrote in does not come first")
	}
	// What cannot be read is told at its field; the summary leads there.
	summary := doc.Find("main form [role=alert]")
	links := summary.Find("a")
	if links.Length() != 1 || links.AttrOr("href", "") != "#f-seats" || doc.Find("#f-seats").AttrOr("aria-invalid", "") != "true" {
		t.Errorf("summary: %s", summary.Text())
	}
	if !strings.Contains(doc.Find("#f-seats").AttrOr("aria-describedby", ""), "f-seats-error") || doc.Find("#f-seats-error").Text() == "" {
		t.Error("the problem does not stand at the field")
	}

	// Now the rules: each broken one at its field.
	typed.Set("seats", "12")
	doc = x.post("/edit", typed, ada...).html(t)
	var to []string
	for _, s := range doc.Find("main form [role=alert] a").EachIter() {
		id := s.AttrOr("href", "")
		to = append(to, id)
		if doc.Find(id).Length() != 1 || !strings.Contains(s.Text(), doc.Find("label[for='"+id[1:]+"']").Contents().First().Text()) {
			t.Errorf("%s %q leads nowhere", id, s.Text())
		}
	}
	if want := []string{"#f-title", "#f-rank"}; !slices.Equal(to, want) {
		t.Errorf("problems at %v, want %v", to, want)
	}
	if x.now.Title != "Opening" {
		t.Error("it was saved all the same")
	}
	// A problem of a field that the form does not have is told as well.
	typed.Set("title", "Nobody")
	typed.Set("rank", "1")
	if got := x.post("/edit", typed, ada...).html(t).Find("main form [role=alert] li").Text(); got != "This does not go together." {
		t.Errorf("summary %q", got)
	}
	typed.Set("title", "Closing")
	if got := x.post("/edit", typed, ada...).html(t).Find("#f-title-error").Text(); got != "Give it another title." {
		t.Errorf("error %q", got)
	}
	typed.Set("title", "Fine")
	a = x.post("/edit", typed, ada...)
	if a.status != http.StatusSeeOther || x.now.Seats != 12 || x.now.Links[2].Name.By["zh"] != "名" || x.now.Bio.By["en"] != "\n\nfirst line\nsecond <b>line</b>" {
		t.Errorf("%d %+v %q", a.status, x.now.Links[2].Name.By, x.now.Bio.By)
	}
}

func TestFormRows(t *testing.T) {
	x := newFormSite(t)
	rows := func(a answer) int { return a.html(t).Find("#f-links fieldset.row").Length() }
	if got := rows(x.get("/edit", ada...)); got != 2 {
		t.Errorf("one link and %d rows", got)
	}
	x.now.Links = nil
	if got := rows(x.get("/edit", ada...)); got != 2 {
		t.Errorf("no link and %d rows", got)
	}
	// More rows by the button, with all that was typed and without a word of reproach.
	typed := url.Values{"_more": {"links"}, "title": {""}, "links[3].url": {"d"}}
	a := x.post("/edit", typed, ada...)
	if got := rows(a); a.status != http.StatusOK || got != 4+4 {
		t.Errorf("%d, %d rows", a.status, got)
	}
	doc := a.html(t)
	if doc.Find("[role=alert]").Length() > 0 || doc.Find("[name='links[3].url']").AttrOr("value", "") != "d" {
		t.Error("more rows is not a way to send the form")
	}
	if got := doc.Find("[name='links[3].kind'] option").Length(); got != 3 {
		t.Errorf("%d choices in a row", got)
	}
	// Nobody makes the server draw a million rows.
	for _, n := range []int{200, 100_000, 1 << 40} {
		a := x.post("/edit", url.Values{"links[" + strconv.Itoa(n) + "].url": {"x"}}, ada...)
		if got := rows(a); got > 210 || a.status != http.StatusUnprocessableEntity {
			t.Errorf("row %d: %d, %d rows", n, a.status, got)
		}
	}
}
