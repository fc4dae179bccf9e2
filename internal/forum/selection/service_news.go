package selection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// NewsInput is the form of an announcement.
type NewsInput struct {
	Title core.Text `form:"title" ui:"text" max:"200" required:"1" json:"title"`
	Body  core.Text `form:"body" ui:"area" max:"8000" required:"1" json:"body"`
	Sure  bool      `form:"sure" ui:"check" required:"1" json:"sure"`
}

// AddNews announces something to the organisers whose proposals were taken: each gets one
// mail, in her language. Who runs the call may. Event: selection.announced. Errors: Invalid,
// Conflict where nothing was taken yet.
func (s *Service) AddNews(ctx context.Context, a core.Actor, ref string, in NewsInput) (News, int, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return News{}, 0, err
	}
	in.Title, in.Body = in.Title.Clean(), in.Body.Clean()
	p := core.Validate(in)
	if !in.Sure {
		p.Add("sure", "form.required")
	}
	if err := p.Err(); err != nil {
		return News{}, 0, err
	}
	var n News
	count := 0
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := s.takenOf(ctx, tx, c)
		if err != nil {
			return err
		}
		to, err := s.everybody(ctx, tx, list)
		if err != nil {
			return err
		}
		if count = len(to); count == 0 {
			return core.Conflict("selected.error.nobody")
		}
		n = News{ID: tx.NewID(), Call: c.ID, Title: in.Title, Body: in.Body, ByName: tx.Actor.Name, At: tx.Now}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return wrap(err, "keep announcement")
		}
		out := make([]mail.Message, 0, count)
		for _, x := range to {
			call, _ := c.Title.In(x.lang)
			title, _ := n.Title.In(x.lang)
			body, _ := n.Body.In(x.lang)
			m := mail.Message{ID: "selection-news/" + string(n.ID) + "/" + x.email, Kind: "selection_news", To: x.email, ToName: x.name, Lang: x.lang}
			m.Subject, m.Text = s.Mail.Compose(x.lang, m.Kind, "Title", title, "Body", body, "Call", call, "URL", s.BaseURL+organisersPath(c))
			out = append(out, m)
		}
		tx.Append("selection.announced", c.ID, c.Scope(), record.Internal, record.Data{"label": n.Title, "call": c.Ref, "mails": count})
		return s.Mail.QueueTx(ctx, tx, out...)
	})
	return n, count, err
}

func organisersPath(c calls.Call) string { return c.Path() + "/organisers" }

// everybody are the organisers of proposals, each once.
func (s *Service) everybody(ctx context.Context, tx *record.Tx, list []proposals.Input) ([]addressee, error) {
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	parties, err := s.Proposals.PartiesTx(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	by, err := s.addressees(ctx, list, parties)
	if err != nil {
		return nil, err
	}
	var all []addressee
	for _, id := range ids {
		all = append(all, by[id]...)
	}
	return once(all), nil
}

// once leaves each address once.
func once(list []addressee) []addressee {
	var out []addressee
	seen := map[string]bool{}
	for _, x := range list {
		_, key, err := mail.Address(x.email)
		if err != nil {
			key = strings.ToLower(x.email)
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, x)
		}
	}
	return out
}

// remindBefore is how many days before a task is due its organisers are reminded.
const remindBefore = 3

// TasksDue reminds organisers of tasks that are due within three days and not ticked off:
// once for what is due on one day. The program calls it now and then; any number of
// processes may.
func (s *Service) TasksDue(ctx context.Context) error {
	var list []Selection
	if err := s.rec.DB.Read.NewSelect().Model(&list).OrderExpr("sl.call").Scan(ctx); err != nil {
		return wrap(err, "look for tasks")
	}
	list = slices.DeleteFunc(list, func(x Selection) bool { return len(x.Tasks) == 0 })
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.Call
	}
	found, err := s.Calls.Calls(ctx, ids)
	if err != nil {
		return err
	}
	for _, x := range list { // calls with tasks: a few
		c := found[x.Call]
		if err := s.remind(ctx, c, s.dueSoon(c, x.Tasks)); err != nil {
			return err
		}
	}
	return nil
}

// dueSoon are the tasks of a call that are due within the days of a reminder, by day.
func (s *Service) dueSoon(c calls.Call, tasks []Task) map[string][]Task {
	first := s.day(c)
	last := s.rec.Clock.Instant().In(c.Zone).AddDate(0, 0, remindBefore).Format(time.DateOnly)
	out := map[string][]Task{}
	for _, t := range tasks {
		if t.Due >= first && t.Due <= last {
			out[t.Due] = append(out[t.Due], t)
		}
	}
	return out
}

func (s *Service) remind(ctx context.Context, c calls.Call, due map[string][]Task) error {
	if len(due) == 0 || c.ID == "" {
		return nil
	}
	return s.rec.Write(ctx, core.Actor{Program: "reminder"}, func(ctx context.Context, tx *record.Tx) error {
		rows, err := s.organised(ctx, tx, core.Visitor, c)
		if err != nil {
			return err
		}
		var out []mail.Message
		to, err := s.ofEach(ctx, tx, rows)
		if err != nil {
			return err
		}
		for _, o := range rows {
			for _, day := range sortedKeys(due) {
				left := o.Left(due[day])
				if len(left) == 0 {
					continue
				}
				for _, x := range to[o.ID] {
					m := mail.Message{ID: "selection-task/" + string(o.ID) + "/" + day + "/" + nameOf(due[day]) + "/" + x.email, Kind: "selection_task", To: x.email, ToName: x.name, Lang: x.lang, Useful: 24 * remindBefore * time.Hour}
					var labels []string
					for _, t := range left {
						label, _ := t.Label.In(x.lang)
						labels = append(labels, "- "+label)
					}
					call, _ := c.Title.In(x.lang)
					date, err := core.ParseDate(day)
					if err != nil {
						return wrap(err, "read due date")
					}
					m.Subject, m.Text = s.Mail.Compose(x.lang, m.Kind, "Count", len(left), "Title", o.Title, "Call", call, "Day", i18n.Date(x.lang, date), "Tasks", strings.Join(labels, "\n"), "URL", s.BaseURL+organisersPath(c))
					out = append(out, m)
				}
			}
		}
		if len(out) == 0 {
			return nil
		}
		return s.Mail.QueueTx(ctx, tx, out...)
	})
}

// ofEach are the organisers of each proposal, with those of what was merged into it, each
// once.
func (s *Service) ofEach(ctx context.Context, tx *record.Tx, rows []Organised) (map[core.ID][]addressee, error) {
	var list []proposals.Input
	var ids []core.ID
	for _, o := range rows {
		list = append(append(list, o.Input), o.Merged...)
	}
	for _, x := range list {
		ids = append(ids, x.ID)
	}
	parties, err := s.Proposals.PartiesTx(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	by, err := s.addressees(ctx, list, parties)
	if err != nil {
		return nil, err
	}
	out := map[core.ID][]addressee{}
	for _, o := range rows {
		all := slices.Clone(by[o.ID])
		for _, m := range o.Merged {
			all = append(all, by[m.ID]...)
		}
		out[o.ID] = once(all)
	}
	return out, nil
}

// nameOf names tasks that are due on one day: who was reminded of all of them is not
// reminded again when she ticks one off.
func nameOf(tasks []Task) string {
	h := sha256.New()
	for _, t := range tasks {
		h.Write([]byte(t.ID))
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// What waits for somebody in the selection.
const (
	AwaitsOffer  = "offer"
	AwaitsMerger = "merger"
	AwaitsTask   = "task"
)

// Await is something that waits for an organiser.
type Await struct {
	Kind   string
	Of     proposals.Proposal
	Merger core.ID
	Task   Task
	Call   calls.Call
}

// Awaiting is all that waits for the actor as an organiser: offers, mergers, and tasks that
// are not done, the first due first. The number of queries does not depend on that of her
// proposals. Errors: SignIn.
func (s *Service) Awaiting(ctx context.Context, a core.Actor) ([]Await, error) {
	mine, err := s.Proposals.Mine(ctx, a, "")
	if err != nil {
		return nil, err
	}
	mine = slices.DeleteFunc(mine, func(p proposals.Proposal) bool { return !slices.Contains(proposals.Judged, p.State) })
	if len(mine) == 0 {
		return nil, nil
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	var ids, of []core.ID
	for _, p := range mine {
		ids = append(ids, p.ID)
		if !slices.Contains(of, p.Call) {
			of = append(of, p.Call)
		}
	}
	parties, err := s.Proposals.PartiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	mine = slices.DeleteFunc(mine, func(p proposals.Proposal) bool { return !organises(a, keys, p, parties[p.ID]) })
	found, err := s.Calls.Calls(ctx, of)
	if err != nil {
		return nil, err
	}
	var out []Await
	for _, p := range mine {
		if p.State == proposals.StateOffered {
			out = append(out, Await{Kind: AwaitsOffer, Of: p, Call: found[p.Call]})
		}
	}
	if out, err = s.mergersAwait(ctx, out, mine, found); err != nil {
		return nil, err
	}
	return s.tasksAwait(ctx, out, mine, of, found)
}

func (s *Service) mergersAwait(ctx context.Context, out []Await, mine []proposals.Proposal, found map[core.ID]calls.Call) ([]Await, error) {
	var ids []core.ID
	for _, p := range mine {
		if p.State == proposals.StateEligible || p.State == proposals.StateWaiting {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Merger
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("sm.state = ?", MergerAsked).
		Where("sm.one IN (?) AND sm.one_says = '' OR sm.two IN (?) AND sm.two_says = ''", bun.List(ids), bun.List(ids)).OrderExpr("sm.at, sm.id").Scan(ctx); err != nil {
		return nil, wrap(err, "look for mergers")
	}
	for _, m := range list {
		for _, p := range mine {
			if p.ID == m.One && m.OneSays == "" || p.ID == m.Two && m.TwoSays == "" {
				out = append(out, Await{Kind: AwaitsMerger, Of: p, Merger: m.ID, Call: found[p.Call]})
			}
		}
	}
	return out, nil
}

func (s *Service) tasksAwait(ctx context.Context, out []Await, mine []proposals.Proposal, of []core.ID, found map[core.ID]calls.Call) ([]Await, error) {
	var sels []Selection
	if err := s.rec.DB.Read.NewSelect().Model(&sels).Where("sl.call IN (?)", bun.List(of)).Scan(ctx); err != nil {
		return nil, wrap(err, "look for tasks")
	}
	sels = slices.DeleteFunc(sels, func(x Selection) bool { return len(x.Tasks) == 0 })
	if len(sels) == 0 {
		return out, nil
	}
	var ids []core.ID
	for _, p := range mine {
		ids = append(ids, p.ID)
	}
	var merged []Decided // their tasks are those of what they were merged into
	if err := s.rec.DB.Read.NewSelect().Model(&merged).Where("sr.proposal IN (?) AND sr.choice = ?", bun.List(ids), Merge).OrderExpr("sr.round").Scan(ctx); err != nil {
		return nil, wrap(err, "look for mergers")
	}
	into := map[core.ID]core.ID{}
	for _, d := range merged {
		into[d.Proposal] = d.Target
		ids = append(ids, d.Target)
	}
	var rows []Done
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("sd.proposal IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, wrap(err, "load what is done")
	}
	done := map[[2]core.ID]bool{}
	for _, d := range rows {
		done[[2]core.ID{d.Proposal, d.Task}] = true
	}
	var tasks []Await
	for _, x := range sels {
		for _, p := range mine {
			if p.Call != x.Call || !slices.Contains(proposals.Taken, p.State) {
				continue
			}
			lead := p.ID
			if p.State == proposals.StateMerged {
				lead = into[p.ID]
			}
			for _, t := range x.Tasks {
				if key := [2]core.ID{lead, t.ID}; !done[key] {
					done[key] = true // once, also for who organises both
					tasks = append(tasks, Await{Kind: AwaitsTask, Of: p, Task: t, Call: found[p.Call]})
				}
			}
		}
	}
	slices.SortStableFunc(tasks, func(a, b Await) int { return strings.Compare(a.Task.Due, b.Task.Due) })
	return append(out, tasks...), nil
}
