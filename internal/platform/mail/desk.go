package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Outgoing is a mail as the staff sees it.
type Outgoing struct {
	ID       core.ID      `bun:"id" json:"id"`
	Kind     string       `bun:"kind" json:"kind"`
	State    State        `bun:"state" json:"state"`
	To       string       `bun:"to_addr" json:"to" doc:"empty where it is nobody's business"`
	ToName   string       `bun:"to_name" json:"to_name,omitempty"`
	Lang     string       `bun:"lang" json:"lang"`
	Subject  string       `bun:"subject" json:"subject,omitempty"`
	Urgent   bool         `bun:"urgent" json:"urgent,omitempty" doc:"somebody waits for it at a screen"`
	Attempts int64        `bun:"attempts" json:"attempts"`
	Queued   core.Instant `bun:"queued" json:"queued"`
	NextTry  core.Instant `bun:"next_try" json:"next_try,omitzero"`
	Expires  core.Instant `bun:"expires" json:"expires,omitzero" doc:"it is of no use later"`
	Sent     core.Instant `bun:"sent" json:"sent,omitzero"`
	Closed   bool         `bun:"-" json:"closed,omitempty" doc:"to whom and about what is known to those alone whom it concerns"`

	Last string `bun:"last_error" json:"-"`
	Own  State  `bun:"own" json:"-"` // as the row has it
	Text string `bun:"text" json:"-"`

	bun.BaseModel `bun:"table:outbox,alias:o"`
}

// Path is the address of the mail's page.
func (i Outgoing) Path() string { return "/admin/mail/" + string(i.ID) }

// Query says which mails are asked for.
type Query struct {
	State, Kind, Text, Lang string
	Page                    core.Page
}

// Closed says of which kinds of mails, by how they begin, the staff learns nothing but that
// they are there: to whom they go and what they say is for others.
func (s *Service) Closed(kinds ...string) { s.closed = append(s.closed, kinds...) }

func (s *Service) isClosed(kind string) bool {
	return slices.ContainsFunc(s.closed, func(p string) bool { return strings.HasPrefix(kind, p) })
}

// cond narrows a selection of mails (o) down to those of a query. without is a part of the
// query that does not count.
func (s *Service) cond(sel *bun.SelectQuery, q Query, without string) *bun.SelectQuery {
	where, args := s.where(q, without)
	return sel.Where(where, args...)
}

func (s *Service) where(q Query, without string) (where string, args []any) {
	parts := []string{"1 = 1"}
	add := func(part, value, cond string, a ...any) {
		if value != "" && part != without {
			parts, args = append(parts, cond), append(args, a...)
		}
	}
	add("state", q.State, stateNow+" = ?", q.State)
	add("kind", q.Kind, "o.kind = ?", q.Kind)
	add("lang", q.Lang, "o.lang = ?", q.Lang)
	if text := strings.ToLower(strings.TrimSpace(q.Text)); text != "" {
		esc := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
		add("text", text, `LOWER(o.to_addr) LIKE ? ESCAPE '\'`, "%"+esc+"%")
		for _, kind := range s.closed { // nobody finds out by searching to whom they went
			add("text", text, `o.kind NOT LIKE ?`, kind+"%")
		}
	}
	return strings.Join(parts, " AND "), args
}

// veil takes away what is for others.
func (s *Service) veil(i *Outgoing) {
	if s.isClosed(i.Kind) {
		i.Closed, i.To, i.ToName, i.Subject, i.Text, i.Last = true, "", "", "", "", ""
	}
	if s.late[i.Kind] != nil {
		i.Subject, i.Text = "", "" // a demo that shows its mails has it in the catcher
	}
	if i.State != Queued {
		i.NextTry = core.Instant{}
	}
}

const itemColumns = "o.id, o.kind, " + stateNow + " AS state, o.state AS own, o.to_addr, o.to_name, o.lang, o.subject, o.urgent, o.attempts, o.queued, o.next_try, o.expires, o.sent, o.last_error"

// Outbox lists mails, the newest first. The staff may call.
func (s *Service) Outbox(ctx context.Context, a core.Actor, q Query) (core.List[Outgoing], error) {
	out := core.List[Outgoing]{Items: []Outgoing{}}
	if err := may(a, "see", Queued); err != nil {
		return out, err
	}
	sel := s.cond(s.rec.DB.Read.NewSelect().Model(&out.Items).ColumnExpr(itemColumns), q, "")
	if q.Page.Cursor != "" {
		var queued int64
		var id string
		if err := core.ReadCursor(q.Page.Cursor, &queued, &id); err != nil {
			return out, err
		}
		sel = sel.Where("(o.queued < ? OR (o.queued = ? AND o.id < ?))", queued, queued, id)
	}
	if err := sel.OrderExpr("o.queued DESC, o.id DESC").Limit(int64(q.Page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("list the outbox: %w", err)
	}
	if len(out.Items) > q.Page.Size() {
		out.Items = out.Items[:q.Page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Queued.Time().UnixMicro(), last.ID)
	}
	for i := range out.Items {
		s.veil(&out.Items[i])
	}
	total, err := s.cond(s.rec.DB.Read.NewSelect().Model((*Outgoing)(nil)), q, "").Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count the outbox: %w", err)
	}
	out.Total = int(total)
	return out, nil
}

// Tally is how many mails there are of a state, kind or language.
type Tally struct {
	Value string `bun:"value" json:"value"`
	Count int    `bun:"count" json:"count"`
}

// Tallies counts the mails of a query by "state", "kind" or "lang", whatever the query says
// of that. The staff may call.
func (s *Service) Tallies(ctx context.Context, a core.Actor, q Query, by string) ([]Tally, error) {
	if err := may(a, "see", Queued); err != nil {
		return nil, err
	}
	expr := map[string]string{"state": stateNow, "kind": "o.kind", "lang": "o.lang"}[by]
	var out []Tally
	where, args := s.where(q, by)
	if err := s.rec.DB.Read.NewRaw("SELECT x.value, COUNT(*) AS count FROM (SELECT "+expr+" AS value FROM outbox AS o WHERE "+where+") AS x GROUP BY x.value ORDER BY x.value", args...).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("count the outbox: %w", err)
	}
	return out, nil
}

// OutgoingMail is a mail with what became of it.
type OutgoingMail struct {
	Outgoing
	Text  string    `json:"text,omitempty" doc:"while it is kept; without the addresses in it, some of which open things"`
	Tries []MailTry `json:"tries"`
}

// Mail gives one mail. The staff may call. Errors: NotFound.
func (s *Service) Mail(ctx context.Context, a core.Actor, id core.ID) (OutgoingMail, error) {
	w := OutgoingMail{Tries: []MailTry{}}
	if err := may(a, "see", Queued); err != nil {
		return w, err
	}
	i, err := s.item(ctx, s.rec.DB.Read, id)
	if err != nil {
		return w, err
	}
	w.Outgoing = i
	if err := s.rec.DB.Read.NewSelect().Model(&w.Tries).Where("mt.mail = ?", id).OrderExpr("mt.at, mt.id").Scan(ctx); err != nil {
		return w, fmt.Errorf("read what became of a mail: %w", err)
	}
	s.veil(&w.Outgoing)
	w.Text = barred(w.Outgoing.Text)
	for n := range w.Tries {
		if w.Closed {
			w.Tries[n].Answer = "" // it often names the address
		}
	}
	return w, nil
}

func (*Service) item(ctx context.Context, idb bun.IDB, id core.ID) (Outgoing, error) {
	var i Outgoing
	if !id.Valid() {
		return i, core.NotFound()
	}
	return i, record.Found(idb.NewSelect().Model(&i).ColumnExpr(itemColumns+", o.text").Where("o.id = ?", id).Scan(ctx))
}

// barred is a text without where its links lead: some of them are keys.
func barred(text string) string {
	var b strings.Builder
	for _, p := range linked(text) {
		if p.URL == "" {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString(origin(p.URL) + "/…")
	}
	return b.String()
}

func origin(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return scheme + "://" + host
}

// History is what the staff did with a mail, the oldest first. The staff may call.
func (s *Service) History(ctx context.Context, a core.Actor, id core.ID) ([]record.Event, error) {
	if err := may(a, "see", Queued); err != nil {
		return nil, err
	}
	list, err := s.rec.Events(ctx, record.Query{Subjects: []core.ID{id}, Internal: true, Page: core.Page{Limit: 200}})
	slices.Reverse(list.Items)
	return list.Items, err
}
