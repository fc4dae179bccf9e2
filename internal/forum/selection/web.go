package selection

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("selection", viewFS); err != nil {
		return err
	}
	s.Takes("Selection", takes)
	for path, h := range map[string]web.Handler{"": w.board, "/{number}": w.one, "/rules": w.rules, "/publish": w.publish} {
		s.Handle("GET /calls/{ref}/board"+path, h)
		s.Handle("POST /calls/{ref}/board"+path, h)
	}
	s.Handle("GET /calls/{ref}/board/mergers/{number}", w.one)
	s.Handle("POST /calls/{ref}/board/mergers/{number}", w.one)
	s.Handle("POST /calls/{ref}/board/mergers/{id}/drop", w.drop)
	s.Handle("POST /calls/{ref}/board/met/{number}", w.met)
	s.Handle("GET /calls/{ref}/board/rounds", w.rounds)
	s.Handle("GET /calls/{ref}/board/rounds/{n}", w.round)
	s.Handle("GET /calls/{ref}/board.csv", w.sheet)
	s.Handle("GET /calls/{ref}/board.xlsx", w.sheet)
	s.Handle("GET /calls/{ref}/board.json", w.json)
	w.registerPublic(s)
	return nil
}

// head is the head of the pages of who decides on a call's proposals.
type head struct {
	Title   string
	Sub     web.TextView
	SubURL  string
	Facts   []string
	Status  []web.Status
	Tabs    web.Tabs
	Actions []web.Action
}

func base(ref string) string { return "/calls/" + ref + "/board" }

// head makes the head of a page, with the tabs of all.
func (w *Web) head(c *web.C, call calls.Call, title string) head {
	h := head{Title: title, Sub: c.Text(call.Title), SubURL: c.URL(call.Path())}
	h.Tabs.Label = c.T("selection.tabs")
	for _, p := range []string{"", "/rules", "/letters", "/publish", "/rounds", "/tasks"} {
		key := strings.TrimPrefix(p, "/")
		if key == "" {
			key = "board"
		}
		h.Tabs.Tabs = append(h.Tabs.Tabs, web.Tab{Label: c.T("selection.tab." + key), URL: c.URL(base(call.Ref) + p), Current: c.Path() == base(call.Ref)+p})
	}
	return h
}

// page shows a page of the board.
func (w *Web) page(c *web.C, call calls.Call, name, title string, v any, status int) error {
	t := c.Text(call.Title)
	trail := []web.Crumb{{Label: c.T("proposals.calls"), URL: c.URL("/calls")}, {Label: t.S, Lang: t.Lang, URL: c.URL(call.Path())}}
	if c.Path() != base(call.Ref) {
		trail = append(trail, web.Crumb{Label: c.T("selection.title"), URL: c.URL(base(call.Ref))})
	}
	trail = append(trail, web.Crumb{Label: title})
	return c.Page(web.Page{Name: "selection/" + name, Title: title + " · " + t.S, Section: "programme", NoIndex: true, Wide: name == "board", Trail: trail, Status: status, V: v})
}

// words names what the board speaks of in the reader's language.
type words struct {
	c     *web.C
	w     *Web
	set   *editions.Setting
	kinds []calls.Option
}

func (w *Web) words(c *web.C, call calls.Call) (words, error) {
	x := words{c: c, w: w}
	var err error
	if call.Edition != "" {
		if x.set, err = w.s.Editions.SettingByID(c.Context(), c.Actor, call.Edition); err != nil {
			return x, err
		}
	}
	x.kinds, err = w.s.types(c.Context(), call)
	return x, err
}

// kind is the name of a session type.
func (x words) kind(code string) string {
	for _, o := range x.kinds {
		if o.Code == code {
			return x.c.Text(o.Label).S
		}
	}
	return code
}

func (x words) theme(id core.ID) (editions.Theme, bool) {
	if x.set != nil {
		if t := x.set.Theme(id); t != nil {
			return *t, true
		}
	}
	return editions.Theme{}, false
}

// value names a value of a side.
func (x words) value(side, code string) web.TextView {
	plain := func(s string) web.TextView { return web.TextView{S: s, Lang: x.c.Lang} }
	if code == "" {
		return plain(x.c.T("selection.not_said"))
	}
	list := map[string]string{SideGroup: vocab.Groups, SideRegion: vocab.Regions, SideClass: vocab.Classes}[side]
	switch {
	case side == SideTheme:
		if t, ok := x.theme(core.ID(code)); ok {
			return x.c.Text(t.Name)
		}
		return plain(x.c.T("selection.no_theme"))
	case side == SideGender:
		return plain(x.c.T("proposals.gender." + code))
	case side == SideNewcomer:
		return plain(x.c.T("selection.newcomer." + code))
	case side == SideClass && code == "none":
		return plain(x.c.T("selection.no_class"))
	case side == SideLang && web.LangName[code] != "":
		return web.TextView{S: web.LangName[code], Lang: code, Fallback: code != x.c.Lang}
	case list != "":
		return x.c.Text(x.w.s.Vocab.Label(list, code))
	}
	return plain(code)
}

// choice names what is decided; with an offer, also the type.
func (x words) choice(choice, kind string) string {
	if choice == "" {
		return x.c.T("selection.choice.none")
	}
	if choice == Offer {
		return x.c.T("selection.offer_of", "Type", x.kind(kind))
	}
	return x.c.T("selection.choice." + choice)
}

var choiceClass = map[string]string{"": "draft", Accept: "done", Condition: "due", Merge: "changed", Offer: "changed", Wait: "due", Decline: "cancelled"}

func (x words) status(choice, kind string) web.Status {
	st := x.c.Status(choiceClass[choice], "selection.choice.none")
	st.Words = x.choice(choice, kind)
	return st
}

// decimal writes a number with two places as the language does.
func decimal(lang string, x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	if slices.Contains([]string{"fr", "es", "ru"}, lang) {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func titled(title, lang string) web.TextView {
	return web.TextView{S: title, Lang: lang, Dir: core.Dir(lang), Fallback: true}
}

func numberOf(c *web.C, name string) int {
	n, err := strconv.Atoi(c.Param(name))
	if err != nil {
		return -1
	}
	return n
}

// rules is the form of the rules and reasons.
func (w *Web) rules(c *web.C) error {
	call, sel, err := w.s.Rules(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	x, err := w.words(c, call)
	if err != nil {
		return err
	}
	in := RulesOf(sel)
	if slices.Contains([]string{"fr", "es", "ru"}, c.Lang) {
		in.comma()
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = RulesInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			if failed = w.s.SetRules(c.Context(), c.Actor, call.Ref, in); failed == nil {
				return c.Done(base(call.Ref)+"/rules", "selection.saved")
			}
		}
	}
	f := c.Form("selection.rules_form", &in)
	f.Options("measure", []web.Option{{Value: ByMean, Label: c.T("selection.measure.mean")}, {Value: ByNormalised, Label: c.T("selection.measure.normalised")}})
	var kinds []web.Option
	for _, o := range x.kinds {
		kinds = append(kinds, web.Option{Value: o.Code, Label: c.Text(o.Label).S})
	}
	f.Options("quotas.type", kinds)
	f.Options("bonuses.for", w.bonusOptions(c))
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := formView{Head: w.head(c, call, c.T("selection.tab.rules")), Lead: []string{c.T("selection.how")}, Form: f}
	return w.page(c, call, "form", v.Head.Title, v, status)
}

func (in *RulesInput) comma() {
	in.Floor = strings.Replace(in.Floor, ".", ",", 1)
	for i := range in.Bonuses {
		in.Bonuses[i].Points = strings.Replace(in.Bonuses[i].Points, ".", ",", 1)
	}
}

type formView struct {
	Head head
	Lead []string
	Form *web.Form
}

func (w *Web) bonusOptions(c *web.C) []web.Option {
	out := []web.Option{{Value: ForNewcomer, Label: c.T("selection.bonus.newcomer")}}
	class := c.T("selection.side.class")
	out = append(out, web.Option{Value: ForClass, Label: c.T("selection.bonus.class"), Group: class})
	for _, list := range []struct{ of, vocab, group string }{
		{ForClass, vocab.Classes, class}, {ForRegion, vocab.Regions, c.T("selection.side.region")}, {ForGroup, vocab.Groups, c.T("selection.side.group")},
	} {
		for _, o := range w.s.Vocab.Options(c.Lang, list.vocab) {
			out = append(out, web.Option{Value: list.of + ":" + o.Value, Label: o.Label, Group: list.group})
		}
	}
	return out
}
