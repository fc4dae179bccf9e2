package agenda

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// script puts the programme into a page of another site: it makes an iframe where it
// stands, and gives it the height that the page in it asks for.
//
//go:embed embed.js
var script []byte

// ways are the filters of the widget.
var ways = []string{"day", "theme", "track", "room"}

type embedView struct {
	Title, Clock, Result string
	Days                 []dayRows
	All                  web.Tab
	Empty                *web.Empty
}

// embed is the programme for a frame on another site: what everybody may see, without
// anything to send, and the same for all who ask.
func (w *Web) embed(c *web.C) error {
	set, err := w.prog.Listed(c)
	if err != nil {
		return err
	}
	if lang := c.Query("lang"); core.LangKnown(lang) && lang != c.Lang {
		q := c.R.URL.Query()
		q.Del("lang")
		to := "/" + lang + set.Path() + "/embed"
		if len(q) > 0 {
			to += "?" + q.Encode()
		}
		http.Redirect(c.W, c.R, to, http.StatusFound)
		return nil
	}
	filters := chosenWays(c)
	list, err := w.s.Programme.Chosen(c.Context(), core.Visitor, set, filters)
	if err != nil {
		return err
	}
	list = slices.Clone(list)
	to := set.Path() + "/programme"
	if len(filters) > 0 {
		to += "/all?" + filters.Encode()
	}
	v := embedView{
		Title: c.T("programme.list.calendar_name", "Edition", c.Text(set.Name).S), Clock: w.prog.ClockNote(c, set, list), Days: w.byDay(c, set, list),
		Result: c.T("programme.list.result", "Count", len(list)), All: web.Tab{Label: c.T("agenda.embed.all"), URL: c.Absolute(to)},
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("programme.list.none"), Text: c.T("programme.list.none_text")}
	}
	until(c, list)
	c.Framed()
	return c.Page(web.Page{Name: "agenda/embed", Title: v.Title, NoIndex: true, Canonical: c.S.BaseURL + to, V: v})
}

// chosenWays are the filters of the address that the widget knows.
func chosenWays(c *web.C) url.Values {
	out := url.Values{}
	for _, name := range ways {
		if v := c.Query(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func (w *Web) embedScript(c *web.C) error {
	if _, err := w.prog.Listed(c); err != nil {
		return err
	}
	c.Framed()
	return c.Bytes("text/javascript; charset=utf-8", script)
}

type shareView struct {
	Title, Subtitle string
	Edition         feedLine
	Ways            []shareWay
	Private         string
	Form            shareForm
	Script, Frame   string
	Preview         string
	PreviewTitle    string
	Rooms, Print    string
}

type shareWay struct {
	Label string
	Feeds []feedLine
}

type feedLine struct {
	Label, Lang, Address, Webcal, Google, Outlook string
}

type shareForm struct {
	Path   string
	Fields []shareField
}

type shareField struct {
	Name, Label string
	Options     []web.Option
}

// share lists the calendars that anybody may follow, and makes the code with which another
// site shows the programme.
func (w *Web) share(c *web.C) error {
	set, err := w.prog.Listed(c)
	if err != nil {
		return err
	}
	known, err := w.prog.Ways(c, set)
	if err != nil {
		return err
	}
	title := c.T("agenda.share.title")
	name := c.T("programme.list.calendar_name", "Edition", c.Text(set.Name).S)
	v := shareView{
		Title: title, Subtitle: c.T("agenda.share.subtitle"), Edition: feedOf(c, name, "", set.Path()+"/programme.ics"), Private: c.URL("/me/calendar"),
		Form: shareForm{Path: c.URL(set.Path() + "/programme/share")}, Rooms: c.URL(set.Path() + "/rooms"), Print: c.URL(set.Path() + "/programme/print"),
		PreviewTitle: name,
	}
	filters := url.Values{}
	for _, way := range known {
		s := shareWay{Label: way.Label}
		field := shareField{Name: way.Name, Label: way.Label, Options: []web.Option{{Label: c.T("agenda.share.all")}}}
		for _, t := range way.Values {
			s.Feeds = append(s.Feeds, feedOf(c, t.Label, t.Lang, feedPath(set, way.Name, t.URL)))
			chosen := c.Query(way.Name) == t.URL
			if chosen {
				filters.Set(way.Name, t.URL)
			}
			field.Options = append(field.Options, web.Option{Value: t.URL, Label: t.Label, Selected: chosen})
		}
		v.Ways, v.Form.Fields = append(v.Ways, s), append(v.Form.Fields, field)
	}
	lang := c.Query("lang")
	if !core.LangKnown(lang) {
		lang = ""
	}
	langs := shareField{Name: "lang", Label: c.T("agenda.share.lang"), Options: []web.Option{{Label: c.T("agenda.share.readers")}}}
	for _, l := range core.Langs {
		langs.Options = append(langs.Options, web.Option{Value: l, Label: web.LangName[l], Selected: l == lang})
	}
	v.Form.Fields = append(v.Form.Fields, langs)
	v.Script, v.Frame, v.Preview = codes(c, set, filters, lang, name)
	c.Frames()
	return c.Page(web.Page{Name: "agenda/share", Title: title, Section: "programme", Describe: v.Subtitle, V: v, Trail: trail(c, set, web.Crumb{Label: title})})
}

// feedPath is the address of the calendar of one value of a filter.
func feedPath(set *editions.Setting, way, value string) string {
	below := map[string]string{"day": "/programme/", "room": "/rooms/", "theme": "/themes/", "track": "/tracks/"}
	return set.Path() + below[way] + url.PathEscape(value) + "/calendar.ics"
}

func feedOf(c *web.C, label, lang, path string) feedLine {
	f := feedLine{Label: label, Lang: lang, Address: c.Absolute(path)}
	f.Webcal, f.Google, f.Outlook = subscribeLinks(f.Address, label)
	return f
}

// codes are what another site puts into its page: a script, or a frame without one.
func codes(c *web.C, set *editions.Setting, filters url.Values, lang, title string) (tag, frame, preview string) {
	path := set.Path() + "/embed"
	if lang != "" {
		path = "/" + lang + path
	}
	if q := filters.Encode(); q != "" {
		path += "?" + q
	}
	esc := template.HTMLEscapeString
	data := ""
	for _, name := range ways {
		if v := filters.Get(name); v != "" {
			data += ` data-` + name + `="` + esc(v) + `"`
		}
	}
	if lang != "" {
		data += ` data-lang="` + lang + `"`
	}
	tag = `<script async src="` + esc(c.S.BaseURL+set.Path()+"/embed.js") + `"` + data + ` data-title="` + esc(title) + `"></script>`
	frame = `<iframe src="` + esc(c.S.BaseURL+path) + `" title="` + esc(title) + `" width="100%" height="600" loading="lazy"></iframe>`
	if lang == "" {
		path = c.URL(path)
	}
	return tag, frame, path
}
