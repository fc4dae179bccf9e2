package ledger

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type commitmentsView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Actions         []web.Action
	Filters         []web.Filter
	Rows            []answerView
	Empty           *web.Empty
}

// commitments lists what organisations say; ?alone leaves out what answers a call.
func (w *Web) commitments(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	f := CommitmentFilter{Organisation: core.ID(c.Query("organisation")), Session: core.ID(c.Query("session")), Alone: c.Query("alone") != "", Waiting: c.Query("waiting") != ""}
	list, err := w.s.Commitments(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	v := commitmentsView{Title: c.T("ledger.commitments"), Subtitle: c.T("ledger.commitments_subtitle"), Tabs: w.tabs(c, "/commitments")}
	if v.Rows, err = w.answers(c, list); err != nil {
		return err
	}
	for i := range v.Rows {
		v.Rows[i].Actions, v.Rows[i].Confirm = nil, ""
	}
	v.Actions = []web.Action{{Label: c.T("ledger.commit.title"), URL: c.URL("/commitments/new"), Icon: "plus"}}
	kinds := web.Filter{Label: c.T("ledger.filter.kind"), Values: []web.Tab{c.FilterTab("alone", "1", c.T("ledger.filter.alone"), -1)}}
	if c.Actor.SignedIn() {
		kinds.Values = append(kinds.Values, c.FilterTab("waiting", "1", c.T("ledger.filter.waiting"), -1))
	}
	v.Filters = []web.Filter{kinds}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.no_commitments"), Text: c.T("ledger.no_commitments_text")}
	}
	return c.Page(web.Page{Name: "ledger/commitments", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", Trail: w.trail(c, web.Crumb{Label: v.Title}), V: v})
}

type commitmentView struct {
	Answer  answerView
	Call    *callRow
	Session *web.Tab
	History []web.HistoryLine
}

func (w *Web) commitment(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	x, err := w.s.Commitment(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	list, err := w.answers(c, []Commitment{x})
	if err != nil {
		return err
	}
	v := commitmentView{Answer: list[0]}
	if x.Call != "" {
		// Its session may be a draft again: what was said to it stays.
		to, err := w.s.Call(c.Context(), c.Actor, x.Call)
		if err != nil && core.KindOf(err) != core.KindNotFound {
			return err
		}
		if err == nil {
			rows, err := w.rows(c, []Call{*to})
			if err != nil {
				return err
			}
			v.Call = &rows[0]
		}
	}
	if x.Session != "" {
		found, err := w.s.Programme.SessionsByID(c.Context(), c.Actor, []core.ID{x.Session})
		if err != nil {
			return err
		}
		if ses := found[x.Session]; ses != nil {
			v.Session = &web.Tab{Label: c.Text(ses.Title).S, URL: c.URL(ses.Path())}
		}
	}
	if v.History, err = w.history(c, []core.ID{x.ID}, scopeOf(x.Edition)); err != nil {
		return err
	}
	title := c.T("ledger.commitment_title", "Organisation", v.Answer.Organisation)
	return c.Page(web.Page{
		Name: "ledger/commitment", Title: title, Describe: v.Answer.Words.S, Section: "outcomes", NoIndex: !x.Public(), Trail: w.trail(c, web.Crumb{Label: title}), V: v,
	})
}

// answer is the form by which an organisation answers a call.
func (w *Web) answer(c *web.C) error {
	x, err := w.s.Call(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return w.claim(c, x, "ledger.answer", x.Path())
}

// newCommitment is the form of a commitment that answers no call.
func (w *Web) newCommitment(c *web.C) error { return w.claim(c, nil, "ledger.commit", "/commitments") }

func (w *Web) claim(c *web.C, x *Call, key, cancel string) error {
	if !c.Actor.SignedIn() && c.R.Method == http.MethodGet {
		return core.SignIn()
	}
	mine, err := w.s.Mine(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	known, err := w.s.People.Organisations(c.Context(), mine)
	if err != nil {
		return err
	}
	edition := core.ID("")
	if x != nil {
		edition = x.Edition
	}
	recorder := commitmentPolicy.Can("record", asClaimed, c.Actor.Roles(scopeOf(edition))...)
	if c.Actor.SignedIn() && len(mine) == 0 && !recorder {
		return errNotMember()
	}
	var opts []web.Option
	for _, id := range mine {
		opts = append(opts, web.Option{Value: string(id), Label: c.Text(known[id].Name).S})
	}
	kinds := []web.Option{}
	for _, k := range Kinds {
		kinds = append(kinds, web.Option{Value: k, Label: c.T("ledger.kind." + k)})
	}
	p := formPage[ClaimInput]{
		key: key, title: c.T(key + ".title"), note: c.T(key + ".note"), cancel: cancel, trail: w.trail(c),
		prepare: func(f *web.Form) {
			f.Options("organisation", opts)
			f.Options("kind", kinds)
			if !recorder {
				f.Drop("organisation_name", "said")
			}
			if len(opts) == 0 {
				f.Drop("organisation")
			}
			if x != nil {
				f.Drop("session")
			} else {
				f.Drop("kind")
			}
		},
		save: func(in ClaimInput) (string, error) {
			if !c.Actor.SignedIn() {
				return "", core.SignIn() // all who are not have one name: it is not counted
			}
			if err := w.limit.Allow(string(c.Actor.Account)); err != nil {
				return "", err
			}
			call := core.ID("")
			if x != nil {
				call = x.ID
			} else {
				in.Kind = KindCommitment
			}
			var err error
			if in.Kept, err = w.keep(c, in.CopyTitle, in.CopyText); err != nil {
				return "", err
			}
			done, err := w.s.Claim(c.Context(), c.Actor, call, in)
			return done.Path(), err
		},
	}
	in := ClaimInput{Kind: KindCommitment, Session: c.Query("session")}
	if x != nil {
		p.quote = &x.Words
	}
	if len(opts) == 1 {
		in.Organisation = opts[0].Value
	}
	return p.serve(c, in)
}

// load gives the commitment of the address, where the actor may do something with it.
func (w *Web) load(c *web.C, action string) (Commitment, error) {
	x, err := w.s.Commitment(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return x, err
	}
	mine, err := w.s.Mine(c.Context(), c.Actor)
	if err != nil {
		return x, err
	}
	return x, check(c.Actor, mine, action, x)
}

func (w *Web) confirm(c *web.C) error {
	x, err := w.load(c, "confirm")
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // 0 asks for none
	if err := w.s.Confirm(c.Context(), c.Actor, x.ID, version); err != nil {
		return err
	}
	return c.Done(x.Path(), "ledger.confirm.saved")
}

func (w *Web) update(c *web.C) error {
	x, err := w.load(c, "update")
	if err != nil {
		return err
	}
	steps := []web.Option{}
	for _, s := range Steps {
		if x.Public() || s == Withdrawn {
			steps = append(steps, web.Option{Value: s, Label: c.T("ledger.commitment." + s)})
		}
	}
	return formPage[UpdateInput]{
		key: "ledger.update", title: c.T("ledger.update.title"), note: c.T("ledger.update.note"), quote: &x.Words, cancel: x.Path(), trail: w.trail(c),
		prepare: func(f *web.Form) {
			f.Options("state", steps)
			if x.Kind != KindCommitment {
				f.Drop("due")
			}
		},
		save: func(in UpdateInput) (string, error) {
			var err error
			if in.Kept, err = w.keep(c, in.CopyTitle, in.CopyText); err != nil {
				return "", err
			}
			return x.Path(), w.s.Update(c.Context(), c.Actor, x.ID, in)
		},
	}.serve(c, UpdateInput{Version: x.Version})
}

func (w *Web) refuse(c *web.C) error {
	x, err := w.load(c, "refuse")
	if err != nil {
		return err
	}
	return formPage[RefuseInput]{
		key: "ledger.refuse", title: c.T("ledger.refuse.title"), note: c.T("ledger.refuse.note"), quote: &x.Words, cancel: x.Path(), trail: w.trail(c),
		save: func(in RefuseInput) (string, error) { return x.Path(), w.s.Refuse(c.Context(), c.Actor, x.ID, in) },
	}.serve(c, RefuseInput{Version: x.Version})
}

func (w *Web) flag(c *web.C) error {
	x, err := w.load(c, "flag")
	if err != nil {
		return err
	}
	return formPage[FlagInput]{
		key: "ledger.flag", title: c.T("ledger.flag.title"), note: c.T("ledger.flag.note"), quote: &x.Words, cancel: x.Path(), trail: w.trail(c),
		save: func(in FlagInput) (string, error) {
			if err := w.limit.Allow(string(c.Actor.Account)); err != nil {
				return "", err
			}
			return x.Path(), w.s.Flag(c.Context(), c.Actor, x.ID, in)
		},
	}.serve(c, FlagInput{})
}

func (w *Web) settleFlag(c *web.C) error {
	x, err := w.load(c, "settle_flag")
	if err != nil {
		return err
	}
	return formPage[SettleInput]{
		key: "ledger.settle", title: c.T("ledger.settle.title"), note: c.T("ledger.settle.note"), cancel: x.Path(), trail: w.trail(c),
		prepare: func(f *web.Form) { f.Drop("flag") },
		save: func(in SettleInput) (string, error) {
			in.Flag = c.Param("flag")
			return x.Path(), w.s.SettleFlag(c.Context(), c.Actor, x.ID, in)
		},
	}.serve(c, SettleInput{})
}
