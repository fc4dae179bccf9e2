package floor

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type showView struct {
	Title      web.TextView
	Ref        string
	Tabs       web.Tabs
	Actions    []web.Action
	Status     []web.Status
	Facts      []string
	Langs      *web.Tabs
	Find       *findView
	Player     *playerView
	Recordings []recordingView
	Turns      []turnView
	Lang, Dir  string
	Downloads  []web.Tab
	Panels     []template.HTML
	Empty      *web.Empty
	State      *stateView
}

type findView struct {
	Action, Lang, Q, Sentence, Clear string
	Hits                             []hitView
	Asked                            bool
}

type hitView struct {
	URL           template.URL
	Time, Speaker string
	Text          []markedPart
	Lang, Dir     string
}

type playerView struct {
	Video            bool
	URL, Label, Zero string // Zero: seconds of the recording at which the transcript begins
}

type recordingView struct {
	URL, Label, LabelLang, LabelDir, Language, Licence, Starts string
}

type turnView struct {
	Speaker, URL, Role string
	Label              string // as captioned, where somebody is named
	Segments           []segmentView
}

type segmentView struct {
	Anchor, Time, Seconds string
	Link                  template.URL
	Text                  []markedPart
	Corrected, Edit       string // addresses
	Draft                 bool
}

type stateView struct {
	Action, Button, To string
	Version            int64
}

// most characters of a paragraph: short segments of one speaker stand in one.
const paragraph = 700

// show is the page of a session's transcript.
func (w *Web) show(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, list, err := w.choose(c, ses)
	if err != nil {
		return err
	}
	recordings, err := w.s.Recordings(c.Context(), ses)
	if err != nil {
		return err
	}
	v := showView{
		Title: c.Text(ses.Title), Ref: programme.RefLabel(ses.Ref), Tabs: w.pages.Tabs(c, set, ses, "/transcript"),
		Actions: w.actions(c, ses, t),
	}
	w.media(c, &v, t, recordings)
	if t == nil {
		v.Empty = &web.Empty{Title: c.T("floor.empty"), Text: c.T("floor.empty_text")}
	} else if err := w.fill(c, set, ses, t, list, &v); err != nil {
		return err
	}
	if v.Panels, err = c.Panels("floor.transcript", ses.ID); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "floor/transcript", Title: c.T("floor.title", "Session", v.Title.S), Section: "programme",
		Trail: w.trail(c, set, ses, t, ""), V: v, NoIndex: t == nil || t.State != StatePublished || ses.State == programme.StateDraft,
	})
}

// fill puts the transcript itself into the page.
func (w *Web) fill(c *web.C, set *editions.Setting, ses *programme.Session, t *Transcript, list []Transcript, v *showView) error {
	rows, err := segmentsOf(c.Context(), w.s.rec.DB.Read, t.ID, false)
	if err != nil {
		return err
	}
	all, err := speakersOf(c.Context(), w.s.rec.DB.Read, []core.ID{t.ID})
	if err != nil {
		return err
	}
	who, err := w.cast(c, ses, rows, all[t.ID])
	if err != nil {
		return err
	}
	v.Lang, v.Dir = t.Language, core.Dir(t.Language)
	v.Facts = w.facts(c, set, ses, t)
	if t.State == StateWithheld {
		v.Status = append(v.Status, c.Status("private", "floor.withheld"))
	}
	if t.Source == SourceMachine {
		v.Status = append(v.Status, c.Status("draft", "floor.machine"))
	}
	v.State = w.stateForm(c, ses, t)
	if len(list) > 1 {
		v.Langs = &web.Tabs{Label: c.T("floor.languages")}
		for i := range list {
			l := &list[i]
			v.Langs.Tabs = append(v.Langs.Tabs, web.Tab{Label: w.langName(c, l.Language), URL: c.URL(pathOf(ses, l, "")), Current: l.ID == t.ID})
		}
	}
	for _, form := range []string{"vtt", "txt", "json"} {
		u := ses.Path() + "/transcript." + form
		if !t.Original {
			u += "?lang=" + t.Language
		}
		v.Downloads = append(v.Downloads, web.Tab{Label: c.T("floor.download." + form), URL: c.URL(u)})
	}
	q := newAsked(c.Query("q"))
	edit := Can(c.Actor, ses, t, "correct")
	v.Turns = turns(c, ses, rows, who, all[t.ID], q, edit)
	v.Find = w.find(c, ses, t, rows, who, all[t.ID], q)
	return nil
}

// turns puts segments together: those of one speaker stand in one paragraph, until it
// is long.
func turns(c *web.C, ses *programme.Session, rows []Segment, who map[core.ID]turnView, labels map[string]core.ID, q asked, edit bool) []turnView {
	var out []turnView
	size := 0
	var lastLabel string
	var lastPerson core.ID
	for i, g := range rows {
		person := g.person(labels)
		if i == 0 || person != lastPerson || g.Speaker != lastLabel || size > paragraph {
			turn := who[person]
			if person == "" {
				turn = turnView{Speaker: g.Speaker}
			} else if g.Speaker != "" && core.Fold(g.Speaker) != core.Fold(turn.Speaker) {
				turn.Label = g.Speaker
			}
			if i > 0 && person == lastPerson && g.Speaker == lastLabel {
				turn = turnView{} // it goes on
			}
			out = append(out, turn)
			size = 0
		}
		lastLabel, lastPerson = g.Speaker, person
		size += len(g.Said)
		s := segmentView{Anchor: g.Anchor, Link: link(g), Draft: !g.Final}
		if g.Starts >= 0 {
			s.Time, s.Seconds = FormatTime(millis(g.Starts)), strconv.FormatFloat(millis(g.Starts).Seconds(), 'f', -1, 64)
		}
		s.Text = q.mark(strings.ReplaceAll(g.Said, "\n", " "))
		at := segmentPath(ses, g)
		if g.Revision > 1 {
			s.Corrected = c.URL(at)
		}
		if edit {
			s.Edit = c.URL(at + "/edit")
		}
		out[len(out)-1].Segments = append(out[len(out)-1].Segments, s)
	}
	return out
}

// segmentPath is the address of a segment's own page.
func segmentPath(ses *programme.Session, g Segment) string {
	return ses.Path() + "/transcript/segments/" + string(g.ID)
}

// link leads to a segment on the page itself. Templates take the colons of a time for
// those of a scheme; anchors are made here and hold nothing that somebody typed.
func link(g Segment) template.URL { return template.URL("#" + g.Anchor) } //nolint:gosec // see above

// find searches within the transcript.
func (w *Web) find(c *web.C, ses *programme.Session, t *Transcript, rows []Segment, who map[core.ID]turnView, labels map[string]core.ID, q asked) *findView {
	f := &findView{Action: c.URL(ses.Path() + "/transcript"), Q: c.Query("q")}
	if !t.Original {
		f.Lang = t.Language
	}
	if q.empty() {
		return f
	}
	f.Asked, f.Clear = true, c.URL(pathOf(ses, t, ""))
	for _, g := range rows {
		text := strings.ReplaceAll(g.Said, "\n", " ")
		if !q.in(text) {
			continue
		}
		h := hitView{URL: link(g), Speaker: g.Speaker, Text: q.mark(text), Lang: t.Language, Dir: core.Dir(t.Language)}
		if g.Starts >= 0 {
			h.Time = FormatTime(millis(g.Starts))
		} else {
			h.Time = c.T("floor.place")
		}
		if p := who[g.person(labels)]; p.Speaker != "" {
			h.Speaker = p.Speaker
		}
		f.Hits = append(f.Hits, h)
	}
	f.Sentence = c.T("floor.find.count", "Count", len(f.Hits))
	return f
}

// cast is how the people of a transcript are shown: with the role and the affiliation
// of the session's day.
func (w *Web) cast(c *web.C, ses *programme.Session, rows []Segment, labels map[string]core.ID) (map[core.ID]turnView, error) {
	out := map[core.ID]turnView{}
	var others []core.ID
	for _, g := range rows {
		id := g.person(labels)
		if _, ok := out[id]; ok || id == "" {
			continue
		}
		out[id] = turnView{}
		found := false
		for _, r := range ses.Roles {
			if r.Person != id {
				continue
			}
			v := out[id]
			v.Speaker = r.In(c.Lang)
			if r.Path != "" {
				v.URL = c.URL(r.Path)
			}
			role := c.T("programme.role." + r.Role)
			switch {
			case !found && len(r.Snapshot.Affiliations) > 0:
				v.Role = c.T("floor.role_at", "Role", role, "Organisation", r.Snapshot.Affiliations[0].Organisation)
			case !found:
				v.Role = role
			}
			found = true
			out[id] = v
		}
		if !found {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return out, nil
	}
	known, err := w.people.Persons(c.Context(), others)
	if err != nil {
		return nil, err
	}
	for _, id := range others {
		p, ok := known[id]
		if !ok {
			continue
		}
		v := turnView{Speaker: p.In(c.Lang)}
		if p.Public {
			v.URL = c.URL(p.Path())
		}
		out[id] = v
	}
	return out, nil
}

func (w *Web) facts(c *web.C, set *editions.Setting, ses *programme.Session, t *Transcript) []string {
	out := []string{c.T("floor.fact.language", "Language", w.langName(c, t.Language)), c.T("floor.source." + t.Source)}
	if !t.Original {
		out = append(out, c.T("floor.fact.interpreted"))
	}
	if t.Licence != "" {
		out = append(out, c.T("floor.fact.licence", "Licence", t.Licence))
	}
	if zero := t.zero(ses); !zero.IsZero() {
		out = append(out, c.T("floor.fact.zero", "Time", c.Stamp(zero, set.Zone), "Place", set.Place(c.Lang)))
	}
	if t.Estimated {
		out = append(out, c.T("floor.fact.estimated"))
	}
	return out
}

// media chooses the recording that plays in step with the transcript; others are links.
func (w *Web) media(c *web.C, v *showView, t *Transcript, list []Recording) {
	lang := ""
	if t != nil {
		lang = t.Language
	}
	if r := recordingFor(list, lang); r != nil && r.Media != "" && (r.File != "" || strings.HasPrefix(r.URL, "https:")) {
		label := c.Text(r.Label).S
		if label == "" {
			label = c.T("floor.recording")
		}
		v.Player = &playerView{Video: r.Media == "video", URL: cmp.Or(r.Path, r.URL), Label: label, Zero: strconv.FormatFloat(millis(r.ZeroAt).Seconds(), 'f', -1, 64)}
		c.Media(v.Player.URL)
	}
	for _, r := range list {
		x := recordingView{URL: r.Address(millis(r.ZeroAt)), Licence: r.Licence}
		label := c.Text(r.Label)
		x.Label, x.LabelLang, x.LabelDir = label.S, label.Lang, label.Dir
		if x.Label == "" {
			x.Label, x.LabelLang, x.LabelDir = c.T("floor.recording"), c.Lang, core.Dir(c.Lang)
		}
		if r.Language != "" {
			x.Language = w.langName(c, r.Language)
		}
		if r.ZeroAt > 0 {
			x.Starts = c.T("floor.recording.starts", "Time", FormatTime(millis(r.ZeroAt)))
		}
		v.Recordings = append(v.Recordings, x)
	}
}

func (w *Web) actions(c *web.C, ses *programme.Session, t *Transcript) []web.Action {
	var out []web.Action
	add := func(ok bool, key, path, icon string) {
		if ok {
			out = append(out, web.Action{Label: c.T(key), URL: c.URL(path), Icon: icon})
		}
	}
	add(Can(c.Actor, ses, t, "import"), "floor.do.import", below(ses, t, "/import"), "plus")
	if t != nil {
		add(Can(c.Actor, ses, t, "name_speakers"), "floor.do.speakers", below(ses, t, "/speakers"), "people")
		add(Can(c.Actor, ses, t, "import"), "floor.do.settings", below(ses, t, "/settings"), "edit")
	}
	add(w.s.MayKeep(c.Actor, ses) == nil, "floor.do.recordings", ses.Path()+"/recordings/edit", "link")
	add(w.s.MayKeep(c.Actor, ses) == nil, "floor.do.recording_file", ses.Path()+"/recordings/file", "plus")
	return out
}

func (w *Web) stateForm(c *web.C, ses *programme.Session, t *Transcript) *stateView {
	v := &stateView{Action: c.URL(below(ses, t, "/state")), Version: t.Version}
	switch {
	case Can(c.Actor, ses, t, "withhold"):
		v.Button, v.To = c.T("floor.do.withhold"), StateWithheld
	case Can(c.Actor, ses, t, "publish"):
		v.Button, v.To = c.T("floor.do.publish"), StatePublished
	default:
		return nil
	}
	return v
}
