package proposals

import (
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type wantedRow struct {
	Key     string
	Text    web.TextView
	Call    web.TextView
	CallURL string
	Of      *web.TextView // the proposal, where everybody may read it
	OfURL   string
	Offered *web.Status
	Offer   string // address of the form
}

type wantedView struct {
	Title, Lead string
	Rows        []wantedRow
	Empty       *web.Empty
}

// wanted lists the profiles of speakers that proposals of an edition look for.
func (w *Web) wanted(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	c.Until(over(set))
	list, err := w.s.Wanted(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := wantedView{Title: c.T("wanted.title"), Lead: c.T("wanted.lead")}
	for _, x := range list {
		v.Rows = append(v.Rows, w.wantedRow(c, set, x))
	}
	if err := w.untilShown(c, set); err != nil {
		return err
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("wanted.none"), Text: c.T("wanted.none_text"), Link: &web.Tab{Label: c.T("proposals.calls"), URL: c.URL(set.Path() + "/input")}}
	}
	return c.Page(web.Page{Name: "proposals/wanted", Title: v.Title, Section: "programme", Trail: editions.Trail(c, set, web.Crumb{Label: v.Title}), V: v})
}

// untilShown keeps the page until the next call ends: its proposals may be shown then.
func (w *Web) untilShown(c *web.C, set *editions.Setting) error {
	list, err := w.s.Wants(c.Context(), c.Actor, set)
	for _, x := range list {
		c.Until(x.Closes.Time())
	}
	return err
}

func (w *Web) wantedRow(c *web.C, set *editions.Setting, x Wanted) wantedRow {
	r := wantedRow{Key: x.Key, Text: web.TextView{S: x.Text, Lang: x.Lang, Dir: core.Dir(x.Lang), Fallback: x.Lang != c.Lang}, Call: c.Text(x.Call.Title), CallURL: c.URL(x.Call.Path())}
	if x.Public != nil {
		name := w.name(c, *x.Public)
		r.Of, r.OfURL = &name, c.URL(x.Public.Path())
	}
	switch {
	case x.Offer != nil:
		s := w.offerStatus(c, x.Offer.State)
		r.Offered = &s
	case !x.Own:
		r.Offer = c.URL(set.Path() + "/wanted/" + x.Key)
	}
	return r
}

func (w *Web) offerStatus(c *web.C, state string) web.Status {
	class := map[string]string{OfferOpen: "due", OfferTaken: "done", OfferAside: "cancelled"}
	return c.Status(class[state], "wanted.offer."+state)
}

type offerView struct {
	Title string
	Row   wantedRow
	Form  *web.Form
}

// offer is the form of somebody who offers herself or another.
func (w *Web) offer(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	list := set.Path() + "/wanted"
	x, err := w.s.WantedOne(c.Context(), c.Actor, set, c.Param("key"))
	if err != nil {
		return err
	}
	in := OfferInput{Who: offerSelf}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.OfferSpeaker(c.Context(), c.Actor, set, x.Key, in); failed == nil {
				return c.Done(list, "wanted.offered")
			}
		}
	}
	v := offerView{Title: c.T("wanted.offer"), Row: w.wantedRow(c, set, x)}
	f := c.Form("wanted.form", &in)
	f.Options("who", []web.Option{{Value: offerSelf, Label: c.T("wanted.who.self")}, {Value: offerOther, Label: c.T("wanted.who.other")}})
	f.Options("group", w.s.Vocab.Options(c.Lang, vocab.Groups))
	f.Options("country", w.s.Vocab.Options(c.Lang, vocab.CountryList))
	for _, name := range []string{"name", "email"} {
		if fd := f.Field(name); fd != nil {
			fd.If = "who=" + offerOther
		}
	}
	f.Cancel = c.URL(list)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Page(web.Page{
		Name: "proposals/offer", Title: v.Title, Section: "programme", NoIndex: true, Status: status,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("wanted.title"), URL: c.URL(list)}, web.Crumb{Label: v.Title}), V: v,
	})
}

// seek says whether a proposal looks for speakers in public.
func (w *Web) seek(c *web.C) error {
	id := core.ID(c.Param("id"))
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	on := c.Value("on") != ""
	if err := w.s.Seek(c.Context(), c.Actor, id, on); err != nil {
		return err
	}
	key := "wanted.seeks"
	if !on {
		key = "wanted.seeks_not"
	}
	return c.Done(Proposal{ID: id}.Path()+"#offers", key)
}

// take answers an offer.
func (w *Web) take(c *web.C) error {
	id := core.ID(c.Param("id"))
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	to := c.Value("to")
	if to != OfferTaken && to != OfferAside {
		return core.Invalid("calls.error.choice")
	}
	take := to == OfferTaken
	if err := w.s.TakeOffer(c.Context(), c.Actor, id, core.ID(c.Param("offer")), take); err != nil {
		return err
	}
	key := "wanted.taken"
	if !take {
		key = "wanted.aside"
	}
	return c.Done(Proposal{ID: id}.Path()+"#offers", key)
}

type offerRow struct {
	Name, About, Profile, Words string
	By                          string
	Status                      web.Status
	Do                          string // address of the form that answers it
	Take                        bool
}

type seekView struct {
	Text   string
	Do     string // address of the form; empty: there is nothing to choose
	On     bool
	List   string // where it stands
	Offers []offerRow
}

// seeking is what the editors of a proposal see of the search for speakers; nil where
// there is none.
func (w *Web) seeking(c *web.C, v View, set *editions.Setting) (*seekView, error) {
	if set == nil || !v.Can("seek") {
		return nil, nil
	}
	offers, err := w.s.Offers(c.Context(), v)
	if err != nil {
		return nil, err
	}
	public := w.s.open(v.Proposal, v.Of)
	looks := len(profiles(v.Proposal, v.Form, public)) > 0
	if len(offers) == 0 && (!looks || !public && !v.Of.Wanted) {
		return nil, nil
	}
	out := &seekView{List: c.URL(set.Path() + "/wanted")}
	switch {
	case public:
		out.Text = c.T("wanted.public")
	case v.Of.Wanted && looks:
		out.Do, out.On = c.URL(v.Path()+"/wanted"), v.Wanted
		out.Text = c.T("wanted.seek_text")
	}
	edit := v.Can("edit")
	for _, o := range offers {
		r := offerRow{Name: o.Name, Profile: o.Profile, Words: o.Words, Status: w.offerStatus(c, o.State)}
		about := slices.DeleteFunc([]string{o.Organisation, w.groupName(c, o.Group), w.country(c, o.Country)}, func(s string) bool { return s == "" })
		r.About = strings.Join(about, " · ")
		r.By = c.T("wanted.by_self")
		if !o.Self {
			r.By = c.T("wanted.by_other")
		}
		if o.State == OfferOpen {
			r.Do, r.Take = c.URL(v.Path()+"/offers/"+string(o.ID)), edit
		}
		out.Offers = append(out.Offers, r)
	}
	return out, nil
}

// CallPanel leads from a call to the profiles that its proposals look for.
func (w *Web) CallPanel(c *web.C, call core.ID) (string, any, error) {
	x, err := w.s.Calls.ByID(c.Context(), c.Actor, call)
	if err != nil || x.Edition == "" {
		return "", nil, err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, x.Edition)
	if err != nil {
		return "", nil, err
	}
	c.Until(over(set))
	list, err := w.s.Wanted(c.Context(), c.Actor, set)
	n := 0
	for _, y := range list {
		if y.Call.ID == call {
			n++
		}
	}
	if err != nil || n == 0 {
		return "", nil, err
	}
	return "proposals/wanted_panel", web.Tab{Label: c.T("wanted.count", "Count", n), URL: c.URL(set.Path() + "/wanted")}, nil
}
