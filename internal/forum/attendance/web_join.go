package attendance

import (
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// How often a page without script looks again, in seconds.
const (
	refreshMost  = 300
	refreshLeast = 5
	refreshOpen  = 30 // while a place is missing
)

// joinView is the waiting page and all that stands in its place.
type joinView struct {
	Forum, Home string
	Path        string // of the link, in the reader's language
	Title       web.TextView
	Ref         string
	SessionURL  string
	When        web.When
	Opens       string // by the venue's clock, and by the reader's where it is another
	State       string // closed, open, no-place, over, cancelled, untimed, not-invited, ask, another, dead
	Heading     string
	Say         []string
	Note        web.TextView
	DialIn      string
	Left        int // seconds until the door opens
	Refresh     int // seconds until a page without script looks again; 0: it does not
	Enter       bool
	Hidden      bool // the button waits until the door opens
	Code        *web.Form
	SignIn      string
	Own         *web.Tab
	Zone        string
	Hub         string
	Heads       *web.Form // for a hub's moderator
	HubURL      string
}

// headsInput is how many people a hub's moderator counts in a session.
type headsInput struct {
	Do    string `form:"do" ui:"hidden"`
	Heads int    `form:"heads" ui:"number" required:"true"`
}

// gone says that a link does not hold, in the same words whatever the reason.
func (w *Web) gone(c *web.C) error {
	v := joinView{
		State: "dead", Heading: c.T("attendance.join.dead"), Say: []string{c.T("attendance.join.dead_text")},
		Own: &web.Tab{Label: c.T("attendance.join.dead_own"), URL: c.URL("/me")},
	}
	return w.joinPage(c, v, v.Heading, http.StatusNotFound)
}

// opened loads the link of the address; nil says that the answer is given.
func (w *Web) opened(c *web.C) (*Link, string, error) {
	l, err := w.s.Link(c.Context(), c.Param("token"))
	if core.KindOf(err) == core.KindNotFound {
		return nil, "", w.gone(c)
	}
	if err != nil {
		return nil, "", err
	}
	who, err := w.s.Who(c.Context(), c.Actor, l, deviceOf(c, l))
	return l, who, err
}

// join is the waiting page of a link. Who is not shown to be its holder is asked first.
func (w *Web) join(c *web.C) error {
	l, who, err := w.opened(c)
	if l == nil || err != nil {
		return err
	}
	switch who {
	case Another:
		return w.another(c, l)
	case Stranger:
		return w.ask(c, l, nil)
	}
	return w.wait(c, l, nil)
}

// act takes what is sent from these pages.
func (w *Web) act(c *web.C) error {
	l, who, err := w.opened(c)
	if l == nil || err != nil {
		return err
	}
	in := CodeInput{Do: c.Value("do"), ID: c.Value("id"), Code: c.Value("code")}
	here := pathOf(l.Token)
	switch {
	case who == Another:
		return w.another(c, l)
	case who == Stranger && in.Do == "code":
		id, err := w.s.RequestCode(c.Context(), l, c.Lang, web.RemoteAddr(c.R))
		if core.KindOf(err) == core.KindLimited {
			return w.ask(c, l, err)
		}
		if err != nil {
			return err
		}
		return c.Redirect(here + "?code=" + string(id))
	case who == Stranger && in.Do == "verify":
		device, until, err := w.s.UseCode(c.Context(), l, in, web.RemoteAddr(c.R), c.R.UserAgent())
		if err != nil {
			return w.ask(c, l, err)
		}
		w.remember(c, l, device, until)
		return c.Redirect(here)
	case who == Holding && in.Do == "heads" && l.Hub != nil:
		return w.heads(c, l)
	case who == Stranger || in.Do != "enter":
		return c.Redirect(here)
	}
	to, err := w.s.Enter(c.Context(), c.Actor, l)
	switch core.KindOf(err) {
	case core.KindConflict, core.KindForbidden:
		return c.Redirect(here) // the page says why
	}
	if err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "private, no-store")
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

// view is what every page of a link says of its session: what the programme says to everybody.
func (w *Web) view(c *web.C, l *Link) joinView {
	v := joinView{
		Path: c.URL(pathOf(l.Token)), Title: c.Text(l.Title), Ref: refLabel(l.Ref), SessionURL: c.URL(l.Path()),
		When: c.When(l.Starts, l.Ends, l.Set.Zone, l.Set.Place(c.Lang)), Zone: c.Zone,
	}
	return v
}

// wait is the page for the holder of a link.
func (w *Web) wait(c *web.C, l *Link, failed error) error {
	v := w.view(c, l)
	ok, err := w.s.Invited(c.Context(), l)
	if err != nil {
		return err
	}
	now := c.S.Clock.Instant()
	v.State = l.At(now)
	if !ok && (v.State == Closed || v.State == Open) {
		v.State = "not-invited"
	}
	switch v.State {
	case Closed:
		left := l.Opens().Sub(now)
		v.Left, v.Enter, v.Hidden = int((left+time.Second-1)/time.Second), true, true
		v.Refresh = min(max(v.Left, refreshLeast), refreshMost)
		at := l.Opens().In(l.Set.Zone)
		v.Opens = i18n.ShortDate(c.Lang, at) + " " + i18n.Clock(at)
		v.Heading = c.T("attendance.join.closed", "Span", c.Span(left+time.Minute-1))
		v.Say = []string{c.T("attendance.join.opens", "Time", v.Opens, "Place", l.Set.Place(c.Lang), "Minutes", l.Early), c.T("attendance.join.stay")}
	case Open:
		v.Heading = c.T("attendance.join.open")
		if l.URL == "" {
			v.State, v.Refresh = "no-place", refreshOpen
			v.Heading = c.T("attendance.join.no_place")
			v.Say = []string{c.T("attendance.join.no_place_text")}
			break
		}
		v.Enter, v.Note, v.DialIn = true, c.Text(l.Note), l.DialIn
		v.Say = []string{c.T("attendance.join.open_text")}
		if l.Hub != nil {
			v.Say = []string{c.T("attendance.join.open_hub")}
		}
	case Over:
		v.Heading, v.Say = c.T("attendance.join.over"), []string{c.T("attendance.join.over_text")}
	case Cancelled:
		v.Heading = c.T("attendance.join.cancelled")
		if s := c.Text(l.Cancelled).S; s != "" {
			v.Say = []string{s}
		}
	case Untimed:
		v.Heading, v.Say = c.T("attendance.join.untimed"), []string{c.T("attendance.join.untimed_text")}
	default:
		v.Heading, v.Say = c.T("attendance.join.not_invited"), []string{c.T("attendance.join.not_invited_text")}
	}
	status := http.StatusOK
	if l.Hub != nil {
		if status, err = w.hub(c, l, &v, failed); err != nil {
			return err
		}
	}
	return w.joinPage(c, v, v.Title.S, status)
}

// hub shows the moderator of a hub where she says how many people are there. She does so when
// she is signed in: at a device alone, the page of the hub asks her to.
func (w *Web) hub(c *web.C, l *Link, v *joinView, failed error) (int, error) {
	v.Hub, v.HubURL = l.Hub.Name, c.URL(l.Set.Path()+"/hubs/"+string(l.Hub.ID)+"/desk")
	if c.Actor.Account != l.Hub.Moderator || v.State != Open && v.State != Over && v.State != "no-place" {
		return http.StatusOK, nil
	}
	v.Heads = c.Form("attendance.heads", &headsInput{Do: "heads"})
	v.Heads.Action = v.Path
	v.Heads.Field("do").Value = "heads"
	return v.Heads.Refused(failed)
}

func (w *Web) heads(c *web.C, l *Link) error {
	var in headsInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.Participation.SetHubCount(c.Context(), c.Actor, l.Set, l.Hub.ID, l.Day, l.ID, in.Heads)
	}
	if err != nil {
		return w.wait(c, l, err)
	}
	return c.Done(pathOf(l.Token), "attendance.heads.done", "Count", in.Heads)
}

// ask is the page for who is not signed in at a device that is not known: she shows by a code
// that the link is hers, or signs in. Nothing of the holder stands on it.
func (w *Web) ask(c *web.C, l *Link, failed error) error {
	v := w.view(c, l)
	v.State, v.Heading = "ask", c.T("attendance.join.ask")
	v.Say = []string{c.T("attendance.join.ask_text")}
	v.SignIn = c.URL("/sign-in?next=" + pathOf(l.Token))
	status := http.StatusOK
	id := c.Query("code")
	if c.R.Method == http.MethodPost && c.Value("do") == "verify" {
		id = c.Value("id")
	}
	if core.ID(id).Valid() {
		in := CodeInput{Do: "verify", ID: id}
		v.Code = c.Form("attendance.code", &in)
		v.Code.Action = v.Path
		v.Code.Field("do").Value, v.Code.Field("id").Value = "verify", id
		v.Say = []string{c.T("attendance.join.sent", "Minutes", int(codeFor.Minutes())), c.T("attendance.join.sent_late")}
	}
	if failed != nil {
		f := v.Code
		if f == nil {
			f = c.Form("attendance.code", &CodeInput{})
			v.Code = f
			f.Fields = nil
		}
		var err error
		if status, err = f.Refused(failed); err != nil {
			return err
		}
		if len(f.Fields) == 0 {
			v.Say, v.Code = append([]string{f.Message}, v.Say...), nil
		}
	}
	return w.joinPage(c, v, c.T("attendance.join.ask"), status)
}

// another is the page for who is signed in as somebody else: it tells nothing of whose link it
// is, and leads her to her own.
func (w *Web) another(c *web.C, l *Link) error {
	v := w.view(c, l)
	v.State, v.Heading = "another", c.T("attendance.join.another")
	v.Say = []string{c.T("attendance.join.another_text")}
	r, err := w.s.Participation.Mine(c.Context(), c.Actor, l.Set)
	if err != nil {
		return err
	}
	v.Own = &web.Tab{Label: c.T("attendance.join.register"), URL: c.URL(l.Set.Path() + "/register")}
	if r != nil && r.MayJoin() {
		hers := Link{Door: l.Door, Holder: Holder{Registration: r}}
		ok, err := w.s.Invited(c.Context(), &hers)
		if err != nil {
			return err
		}
		v.Own = &web.Tab{Label: c.T("attendance.links.title"), URL: c.URL(l.Set.Path() + "/my-links")}
		if ok {
			tokens, err := w.s.tokensFor(c.Context(), r, []Door{*l.Door})
			if err != nil {
				return err
			}
			v.Own = &web.Tab{Label: c.T("attendance.join.own"), URL: c.URL(pathOf(tokens[l.ID]))}
		}
	}
	return w.joinPage(c, v, v.Heading, http.StatusForbidden)
}

// joinPage sends one of these pages. They stand in a frame of their own, without menus: they
// must be light, and need nothing but the database.
func (w *Web) joinPage(c *web.C, v joinView, title string, status int) error {
	v.Home = c.URL("/")
	// A browser holds a form to its word also where the answer leads on: into the meeting.
	h := c.W.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'self' https:", 1))
	return c.Page(web.Page{Name: "attendance/join", Title: title, NoIndex: true, Status: status, V: v})
}
