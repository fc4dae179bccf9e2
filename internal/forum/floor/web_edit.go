package floor

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// segmentPage is a segment with all that was made of it.
type segmentPage struct {
	Title, Back string
	Session     web.TextView
	Tabs        web.Tabs
	Lang, Dir   string
	Revisions   []revisionView
	Edit        string
	Withdrawn   bool
}

type revisionView struct {
	Number              int
	When, Machine, Who  string
	Cause, Reason       string
	Time, Speaker, Text string
	Newest, Withdrawn   bool
}

// segment shows a segment's history; what was once shown stays readable.
func (w *Web) segment(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, list, err := w.s.Revisions(c.Context(), c.Actor, ses, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	var ids []core.ID
	for _, g := range list {
		if g.ByPerson != "" {
			ids = append(ids, g.ByPerson)
		}
	}
	names, err := w.people.Names(c.Context(), ids)
	if err != nil {
		return err
	}
	last := list[len(list)-1]
	v := segmentPage{
		Title: c.T("floor.segment.title", "Time", timeOf(c, last)), Session: c.Text(ses.Title), Tabs: w.pages.Tabs(c, set, ses, "/transcript"),
		Lang: t.Language, Dir: core.Dir(t.Language), Withdrawn: last.Withdrawn, Back: c.URL(pathOf(ses, t, last.Anchor)),
	}
	if Can(c.Actor, ses, t, "correct") {
		v.Edit = c.URL(segmentPath(ses, last) + "/edit")
	}
	for i := len(list) - 1; i >= 0; i-- {
		g := list[i]
		r := revisionView{
			Number: g.Revision, When: c.Stamp(g.At, set.Zone), Machine: g.At.String(), Who: names[g.ByPerson], Cause: c.T("floor.cause." + g.Cause),
			Reason: g.Reason, Time: timeOf(c, g), Speaker: g.Speaker, Text: g.Said, Newest: i == len(list)-1, Withdrawn: g.Withdrawn,
		}
		if r.Who == "" && g.ByProgram != "" {
			r.Who = c.T("program." + g.ByProgram)
		}
		v.Revisions = append(v.Revisions, r)
	}
	return c.Page(web.Page{
		Name: "floor/segment", Title: v.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, ses, t, v.Title), V: v,
	})
}

func timeOf(c *web.C, g Segment) string {
	if g.Starts < 0 {
		return c.T("floor.no_time")
	}
	return FormatTime(millis(g.Starts))
}

// correct is the form of a segment: correct it, withdraw it, put it back.
func (w *Web) correct(c *web.C, set *editions.Setting, ses *programme.Session) error {
	id := core.ID(c.Param("id"))
	t, list, err := w.s.Revisions(c.Context(), c.Actor, ses, id)
	if err != nil {
		return err
	}
	last := list[len(list)-1]
	if c.R.Method == http.MethodGet {
		if err := Policy.Check("correct", stateOf(t), roles(c.Actor, ses)...); err != nil {
			return err
		}
	}
	in := CorrectionOf(last)
	var failed error
	if c.R.Method == http.MethodPost {
		in = CorrectInput{}
		if failed = c.Decode(&in); failed == nil {
			var g Segment
			key := "floor.corrected"
			switch {
			case c.Wants("withdraw"):
				key = "floor.withdrawn"
				g, failed = w.s.Withdraw(c.Context(), c.Actor, set, ses, id, in.Version, in.Reason)
			case c.Wants("restore"):
				key = "floor.restored"
				g, failed = w.s.Restore(c.Context(), c.Actor, set, ses, id, in.Version, in.Reason)
			default:
				g, failed = w.s.Correct(c.Context(), c.Actor, set, ses, id, in)
			}
			switch {
			case failed == nil && g.Withdrawn:
				return c.Done(segmentPath(ses, g), key)
			case failed == nil:
				return c.Done(pathOf(ses, t, g.Anchor), key)
			}
		}
	}
	f := c.Form("floor.correct", &in)
	if last.Starts < 0 {
		f.Drop("start", "end")
	}
	opts := []web.Option{{Value: nobody, Label: c.T("floor.speakers.nobody")}}
	seen := map[core.ID]bool{}
	for _, r := range ses.Roles {
		if r.Person != "" && !seen[r.Person] {
			seen[r.Person] = true
			opts = append(opts, web.Option{Value: string(r.Person), Label: r.In(c.Lang)})
		}
	}
	if in.Person != "" && in.Person != nobody && !seen[core.ID(in.Person)] {
		opts = append(opts, web.Option{Value: in.Person, Label: c.T("floor.speakers.as_now")})
	}
	f.Options("person", opts)
	if fd := f.Field("text"); fd != nil {
		fd.Lang, fd.Dir = t.Language, core.Dir(t.Language)
	}
	if last.Withdrawn {
		f.Buttons = []web.Button{{Name: "restore", Value: "1", Label: c.T("floor.do.restore")}}
	} else {
		f.Buttons = []web.Button{{Name: "withdraw", Value: "1", Label: c.T("floor.do.withdraw")}}
	}
	return w.formPage(c, set, ses, t, "floor/form", "floor.correct", f, failed, nil)
}

// speakersView is the form that says who the labels are.
type speakersView struct {
	Title, About, Action, Cancel, Submit, Problem string
	Session                                       web.TextView
	Tabs                                          web.Tabs
	Speakers                                      []speakerView
	Version                                       int64
	Empty                                         *web.Empty
}

type speakersIn struct {
	Version  int64           `form:"version"`
	Speakers []SpeakerChoice `form:"speakers"`
}

func (w *Web) speakers(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, err := w.one(c, ses)
	if err != nil {
		return err
	}
	v := speakersView{
		Title: c.T("floor.speakers.title"), About: c.T("floor.speakers.about"), Action: c.URL(below(ses, t, "/speakers")), Cancel: c.URL(pathOf(ses, t, "")),
		Submit: c.T("floor.speakers.submit"), Session: c.Text(ses.Title), Tabs: w.pages.Tabs(c, set, ses, "/transcript"), Version: t.Version,
	}
	code := http.StatusOK
	if c.R.Method == http.MethodPost {
		var in speakersIn
		err := c.Decode(&in)
		if err == nil {
			err = w.s.NameSpeakers(c.Context(), c.Actor, set, ses, t.ID, in.Version, in.Speakers)
		}
		if err == nil {
			return c.Done(pathOf(ses, t, ""), "floor.speakers.done")
		}
		e := web.Classify(err)
		switch e.Kind {
		case core.KindInvalid, core.KindConflict, core.KindStale:
			v.Problem, code = c.S.Catalog.Error(c.Lang, e), web.StatusCode(e.Kind)
		default:
			return err
		}
	}
	list, err := w.s.Speakers(c.Context(), c.Actor, ses, t)
	if err != nil {
		return err
	}
	v.Speakers = w.speakerViews(c, ses, list)
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("floor.speakers.none"), Text: c.T("floor.speakers.none_text")}
	}
	return c.Page(web.Page{
		Name: "floor/speakers", Title: v.Title, Section: "programme", NoIndex: true, Status: code, Trail: w.trail(c, set, ses, t, v.Title), V: v,
	})
}

func (w *Web) settings(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, err := w.one(c, ses)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodGet {
		if err := Policy.Check("import", stateOf(t), roles(c.Actor, ses)...); err != nil {
			return err
		}
	}
	in := SettingsOf(t, set.Zone)
	var failed error
	if c.R.Method == http.MethodPost {
		in = SettingsInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Settle(c.Context(), c.Actor, set, ses, t.ID, in); failed == nil {
				return c.Done(ses.Path()+"/transcript?lang="+t.Language, "floor.settled")
			}
		}
	}
	f := c.Form("floor.settings", &in)
	f.Options("source", sourceOptions(c))
	return w.formPage(c, set, ses, t, "floor/form", "floor.settings", f, failed, nil)
}

// state withholds a transcript, or shows it again.
func (w *Web) state(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, err := w.one(c, ses)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.Value("version"), 10, 64)
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	if c.Value("to") == StateWithheld {
		if err := w.s.Withhold(c.Context(), c.Actor, set, ses, t.ID, version); err != nil {
			return err
		}
		return c.Done(pathOf(ses, t, ""), "floor.now_withheld")
	}
	if err := w.s.Publish(c.Context(), c.Actor, set, ses, t.ID, version); err != nil {
		return err
	}
	return c.Done(pathOf(ses, t, ""), "floor.now_published")
}

func (w *Web) recordings(c *web.C, set *editions.Setting, ses *programme.Session) error {
	if c.R.Method == http.MethodGet {
		if err := w.s.MayKeep(c.Actor, ses); err != nil {
			return err
		}
	}
	list, err := w.s.Recordings(c.Context(), ses)
	if err != nil {
		return err
	}
	in := RecordingsOf(list)
	var failed error
	if c.R.Method == http.MethodPost {
		in = RecordingsInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			if failed = w.s.SetRecordings(c.Context(), c.Actor, set, ses, in); failed == nil {
				return c.Done(ses.Path()+"/transcript", "floor.recordings_saved")
			}
		}
	}
	if len(in.Recordings) == 0 {
		in.Recordings = []RecordingRow{{}}
	}
	f := c.Form("floor.recordings", &in)
	f.Options("recordings.language", w.vocab.Options(c.Lang, vocab.Languages))
	return w.formPage(c, set, ses, nil, "floor/form", "floor.recordings", f, failed, nil)
}

// download sends a transcript as a file, with the standing note in it.
func (w *Web) download(form string) func(*web.C, *editions.Setting, *programme.Session) error {
	return func(c *web.C, _ *editions.Setting, ses *programme.Session) error {
		t, err := w.one(c, ses)
		if err != nil {
			return err
		}
		rows, err := segmentsOf(c.Context(), w.s.rec.DB.Read, t.ID, false)
		if err != nil {
			return err
		}
		if form == "json" {
			body, err := w.s.document(c.Context(), c.Actor, ses, t, rows, c.T("floor.note"), c.S.BaseURL)
			if err != nil {
				return err
			}
			return c.Bytes("application/json", body)
		}
		all, err := speakersOf(c.Context(), w.s.rec.DB.Read, []core.ID{t.ID})
		if err != nil {
			return err
		}
		who, err := w.cast(c, ses, rows, all[t.ID])
		if err != nil {
			return err
		}
		cues := make([]captions.Cue, len(rows))
		untimed := false
		for i, g := range rows {
			cues[i] = captions.Cue{Start: max(0, g.begins()), End: max(0, g.stops()), Speaker: g.Speaker, Text: g.Said}
			if p := who[g.person(all[t.ID])]; p.Speaker != "" {
				cues[i].Speaker = p.Speaker
			}
			untimed = untimed || g.Starts < 0
		}
		title := c.Text(ses.Title).S
		note := c.T("floor.note.file", "Note", c.T("floor.note"), "Address", c.S.BaseURL+pathOf(ses, t, ""))
		head := captions.Head{Title: title, Note: note, Lang: t.Language}
		name := ses.EditionSlug + "-" + ses.Ref + "-" + t.Language + "." + form
		if untimed && form != "txt" {
			return core.Conflict("floor.error.untimed_file")
		}
		switch form {
		case "vtt":
			return c.File(web.File{Type: "text/vtt; charset=utf-8", Name: name, Body: captions.VTT(head, cues)})
		case "srt":
			return c.File(web.File{Type: "application/x-subrip", Name: name, Body: captions.SubRip(cues)})
		}
		return c.File(web.File{Type: "text/plain; charset=utf-8", Name: name, Body: captions.Text(head, cues, untimed)})
	}
}
