package mail

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// Desk is the pages on which the staff looks after outgoing mail.
type Desk struct {
	s *Service
	// Names tells what accounts are called.
	Names func(ctx context.Context, accounts []core.ID) (map[core.ID]string, error)
	// Emails are the addresses of an account.
	Emails func(ctx context.Context, account core.ID) ([]string, error)
}

// NewDesk makes the pages.
func NewDesk(s *Service) *Desk { return &Desk{s: s} }

// Register registers pages and templates. Web registers the views of the room.
func (w *Desk) Register(s *web.Server) error {
	s.Takes("Outgoing mail", takes)
	for path, h := range map[string]web.Handler{
		"/admin/mail/hold": w.holdAll, "/admin/mail/retry": w.retryAll, "/admin/mail/{id}/hold": w.hold, "/admin/mail/{id}/cancel": w.cancel,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	w.reachPages(s)
	s.Handle("GET /admin/mail", w.list)
	s.Handle("GET /admin/mail.csv", w.csv)
	s.Handle("GET /admin/mail/{id}", w.show)
	s.Handle("POST /admin/mail/release", w.lift)
	s.Handle("POST /admin/mail/{id}/retry", w.retry)
	s.Handle("POST /admin/mail/{id}/release", w.release)
	return nil
}

func deskTrail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("outbox.title"), URL: c.URL("/admin/mail")}}, more...)
}

func asked(c *web.C) Query {
	return Query{State: c.Query("state"), Kind: c.Query("kind"), Text: c.Query("q"), Lang: c.Query("lang"), Page: c.PageArg()}
}

// values are the query as an address has it.
func (q Query) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"state": q.State, "kind": q.Kind, "q": q.Text, "lang": q.Lang} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (q Query) at(path string) string {
	if s := q.values().Encode(); s != "" {
		return path + "?" + s
	}
	return path
}

var differing = regexp.MustCompile(`\{[^}]*\}`)

// kindOf is what a kind of mail is called: its subject, without what differs from mail to
// mail, or where mails of a kind have several, a name.
func kindOf(c *web.C, kind string) string {
	if key := "outbox.kind." + kind; c.S.Catalog.Has(key) {
		return c.T(key)
	}
	text := shown(c.S.Catalog.Mail(c.Lang, subjectKey(kind)))["other"]
	if text == "" {
		return strings.ReplaceAll(kind, "_", " ")
	}
	return differing.ReplaceAllString(text, "…")
}

type deskView struct {
	Query
	Action  string
	Filters []web.Filter
	Held    []heldView
	Actions []web.Action
	Rows    []deskRow
	Pager   web.Pager
	Empty   *web.Empty
}

type heldView struct {
	All                      bool
	Title, Reason, Who, When string
	Kind, Action             string
}

type deskRow struct {
	URL, Subject, Lang, To, Name, Kind, When, Machine, Answer string
	Closed                                                    bool
	Status                                                    web.Status
}

func (w *Desk) list(c *web.C) error {
	q := asked(c)
	list, err := w.s.Outbox(c.Context(), c.Actor, q)
	if err != nil {
		return err
	}
	v := deskView{Query: q, Action: c.URL("/admin/mail"), Pager: c.Pager(len(list.Items), list.Total, list.Next, "mail.catcher.count")}
	if v.Filters, err = w.filters(c, q); err != nil {
		return err
	}
	if v.Held, err = w.held(c); err != nil {
		return err
	}
	again, err := w.s.Retryable(c.Context(), c.Actor, q)
	if err != nil {
		return err
	}
	if again > 0 {
		v.Actions = append(v.Actions, web.Action{Label: c.T("outbox.retry_all.open", "Count", again), URL: c.URL(q.at("/admin/mail/retry"))})
	}
	v.Actions = append(v.Actions,
		web.Action{Label: c.T("outbox.hold_all.title"), URL: c.URL("/admin/mail/hold")},
		web.Action{Label: c.T("outbox.addresses.title"), URL: c.URL("/admin/mail/addresses")},
		web.Action{Label: c.T("outbox.csv"), URL: c.URL(q.at("/admin/mail.csv"))})
	for _, i := range list.Items {
		kind := kindOf(c, i.Kind)
		if i.Subject == "" || i.Lang == c.Lang {
			kind = "" // it is the title, or the title says as much
		}
		v.Rows = append(v.Rows, deskRow{
			URL: c.URL(i.Path()), Subject: titleOf(c, i), Lang: i.Lang, To: i.To, Name: i.ToName, Kind: kind, Closed: i.Closed,
			When: c.StampHere(i.Queued), Machine: i.Queued.Time().Format(time.RFC3339), Status: stateOf(c, i.State),
		})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("outbox.none"), Text: c.T("outbox.none_text")}
	}
	return c.Page(web.Page{Name: "mail/desk", Title: c.T("outbox.title"), NoIndex: true, V: v, Trail: []web.Crumb{{Label: c.T("outbox.title")}}})
}

// titleOf is never empty, so that there is a link to press.
func titleOf(c *web.C, i Outgoing) string {
	if i.Subject == "" {
		return kindOf(c, i.Kind)
	}
	return i.Subject
}

var statesOf = map[State]string{Queued: "due", Held: "private", Sent: "done", Failed: "late", Bounced: "late", Cancelled: "cancelled", Caught: "draft"}

func stateOf(c *web.C, s State) web.Status { return c.Status(statesOf[s], "outbox.state."+string(s)) }

func (w *Desk) filters(c *web.C, q Query) ([]web.Filter, error) {
	var out []web.Filter
	for _, by := range []string{"state", "kind", "lang"} {
		list, err := w.s.Tallies(c.Context(), c.Actor, q, by)
		if err != nil {
			return nil, err
		}
		f := web.Filter{Label: c.T("outbox.filter." + by)}
		for _, x := range list {
			label := x.Value
			switch by {
			case "state":
				label = c.T("outbox.state." + x.Value)
			case "kind":
				label = kindOf(c, x.Value)
			case "lang":
				if name := web.LangName[x.Value]; name != "" {
					label = name
				}
			}
			f.Values = append(f.Values, c.FilterTab(by, x.Value, label, x.Count))
		}
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	return out, nil
}

// held is what stands above the list while mails are held back.
func (w *Desk) held(c *web.C) ([]heldView, error) {
	list, err := w.s.Holds(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, h := range list {
		ids = append(ids, h.Account)
	}
	names, err := w.names(c, ids)
	if err != nil {
		return nil, err
	}
	var out []heldView
	for _, h := range list {
		v := heldView{All: h.Kind == "", Title: c.T("outbox.held.kind", "Kind", kindOf(c, h.Kind)), Reason: h.Reason, Who: names[h.Account], When: c.StampHere(h.Created), Kind: h.Kind, Action: c.URL("/admin/mail/release")}
		switch {
		case v.All && h.Urgent:
			v.Title = c.T("outbox.held.everything")
		case v.All:
			v.Title = c.T("outbox.held.all")
		}
		out = append(out, v)
	}
	return out, nil
}

func (w *Desk) names(c *web.C, ids []core.ID) (map[core.ID]string, error) {
	ids = slices.DeleteFunc(ids, func(id core.ID) bool { return id == "" })
	if w.Names == nil || len(ids) == 0 {
		return map[core.ID]string{}, nil
	}
	return w.Names(c.Context(), ids)
}

const mostRows = 20000

// csv is the list for a spreadsheet.
func (w *Desk) csv(c *web.C) error {
	q := asked(c)
	q.Page = core.Page{Limit: 500}
	rows := [][]string{{"id", "queued", "state", "kind", "to", "name", "language", "subject", "tries", "sent", "answer"}}
	for len(rows) <= mostRows {
		list, err := w.s.Outbox(c.Context(), c.Actor, q)
		if err != nil {
			return err
		}
		for _, i := range list.Items {
			rows = append(rows, []string{string(i.ID), i.Queued.String(), string(i.State), i.Kind, i.To, i.ToName, i.Lang, i.Subject, strconv.FormatInt(i.Attempts, 10), i.Sent.String(), i.Last})
		}
		if q.Page.Cursor = list.Next; list.Next == "" {
			break
		}
	}
	return c.CSV(rows)
}
