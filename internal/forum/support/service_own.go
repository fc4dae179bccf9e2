package support

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Own is somebody's own application to an edition, as she may read it.
type Own struct {
	*Application
	Set     *editions.Setting
	P       *Programme
	Due     core.Instant // of the report
	Entries []Entry
	Totals  Totals
	Files   []File
	Advice  *Advice
	Before  []Before
}

// Can tells whether she may do an action of the policy "support_grant".
func (o *Own) Can(action string) bool {
	return grantPolicy.Can(action, o.State, core.RoleOrganiser)
}

// Late tells whether her report is owed at an instant.
func (o *Own) Late(now core.Instant) bool {
	return o.Reported.IsZero() && o.In([]string{StateAccepted, StateTravelled}) && !now.Before(o.Due)
}

// Mine gives the actor's own applications to an edition, the first she handed in first.
// SignIn for a visitor; none for who has not applied.
func (s *Service) Mine(ctx context.Context, a core.Actor, set *editions.Setting) ([]*Own, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	var rows []Application
	q := s.rec.DB.Read.NewSelect().Model(&rows).Where("sa.edition = ?", set.ID).OrderExpr("sa.number")
	if a.Person != "" {
		q = q.Where("sa.account = ? OR sa.person = ?", a.Account, a.Person)
	} else {
		q = q.Where("sa.account = ?", a.Account)
	}
	if err := q.Scan(ctx); err != nil || len(rows) == 0 {
		return nil, err
	}
	p, err := programmeOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	booked, err := in[Entry](ctx, s.rec.DB.Read, ids(rows), "se.application IN (?)", "se.number")
	if err != nil {
		return nil, err
	}
	of, _ := Reckon(booked)
	advice, err := advices(ctx, s.rec.DB.Read, ids(rows))
	if err != nil {
		return nil, err
	}
	facts, err := s.factsOf(ctx, s.rec.DB.Read, p, set, rows)
	if err != nil {
		return nil, err
	}
	handed, err := in[File](ctx, s.rec.DB.Read, ids(rows), "sf.application IN (?)", "sf.at, sf.id")
	if err != nil {
		return nil, err
	}
	var out []*Own
	for i := range rows {
		x := &rows[i]
		o := &Own{Application: x, Set: set, P: p, Due: p.ReportDue(set.LastDay, set.Zone), Totals: of[x.ID], Before: facts[x.ID].Before}
		o.Entries = slices.DeleteFunc(slices.Clone(booked), func(e Entry) bool { return e.Application != x.ID })
		o.Files = slices.DeleteFunc(slices.Clone(handed), func(f File) bool { return f.Application != x.ID })
		if r, ok := advice[x.ID]; ok {
			o.Advice = &r
		}
		x.hide()
		out = append(out, o)
	}
	return out, nil
}

// hide takes out what was prepared and not published, and what only the committee reads.
func (x *Application) hide() {
	prepared := x.Choice != "" || x.In([]string{StateApplied, StateEligible, StateIneligible, StateRanked})
	x.Choice, x.Because, x.Over, x.Score, x.Place = "", "", "", 0, 0
	if prepared {
		x.Amount, x.Feedback = 0, core.Text{}
	}
	if x.State == StateRanked {
		x.State = StateEligible
	}
}

// ownTx is an act of a person on her own application.
func (s *Service) ownTx(ctx context.Context, a core.Actor, set *editions.Setting, number int, action string, fn func(ctx context.Context, tx *record.Tx, p *Programme, x *Application) error) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		x, err := byNumber(ctx, tx, set.ID, number)
		if err != nil {
			return err
		}
		if !isOwn(a, x) {
			return core.NotFound()
		}
		if !grantPolicy.Can(action, x.State, core.RoleOrganiser) {
			return core.Conflict("support.error.state")
		}
		p, err := programmeOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, p, x)
	})
}

// Accept takes an offer; the amount is committed in the ledger in the same act. The
// grantee alone may, until the offer's date. Events: support.accepted, support.booked.
// Conflict afterwards, and where the money is not there any more.
func (s *Service) Accept(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	return s.ownTx(ctx, a, set, number, "answer", func(ctx context.Context, tx *record.Tx, p *Programme, x *Application) error {
		if !tx.Now.Before(endOf(x.AnswerUntil, set.Zone, 0)) {
			return core.Conflict("support.error.offer_over")
		}
		e := Entry{Kind: EntryCommitted, Amount: x.Amount, Day: tx.Now.In(set.Zone).Format(time.DateOnly), Over: x.Over}
		if err := s.bookTx(ctx, tx, p, x, &e); err != nil {
			return err
		}
		x.Answered = tx.Now
		return s.stateTx(ctx, tx, x, StateAccepted)
	})
}

// DeclineInput says why, if she wants to.
type DeclineInput struct {
	Reason string `form:"reason" ui:"area" max:"1000" json:"reason,omitempty"`
}

// Decline refuses an offer, or gives up a grant that was accepted: what is committed is
// cancelled in the ledger. The grantee alone may. Events: support.declined, or
// support.booked and support.cancelled.
func (s *Service) Decline(ctx context.Context, a core.Actor, set *editions.Setting, number int, in DeclineInput) error {
	in.Reason = strings.TrimSpace(in.Reason)
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	var x Application // its state chooses between the two
	action := "answer"
	if err := s.rec.DB.Read.NewSelect().Model(&x).Where("sa.edition = ? AND sa.number = ?", set.ID, number).Scan(ctx); err == nil && x.State == StateAccepted {
		action = "give_up"
	}
	return s.ownTx(ctx, a, set, number, action, func(ctx context.Context, tx *record.Tx, p *Programme, x *Application) error {
		x.Reason = in.Reason
		if action == "give_up" {
			return s.endTx(ctx, tx, p, set, x)
		}
		x.Answered = tx.Now
		return s.stateTx(ctx, tx, x, StateDeclined)
	})
}

// TravelInput is what a grantee says of her journey.
type TravelInput struct {
	Arrives string `form:"arrives" ui:"date" required:"true" json:"arrives"`
	Leaves  string `form:"leaves" ui:"date" required:"true" json:"leaves"`
	From    string `form:"from" ui:"text" max:"120" required:"true" json:"from"`
	Route   string `form:"route" ui:"area" max:"1000" json:"route,omitempty"`
	Needs   string `form:"needs" ui:"area" max:"1000" json:"needs,omitempty"`
}

// SetTravel keeps what the grantee says of her journey. She alone may. Event:
// support.itinerary, without what she says.
func (s *Service) SetTravel(ctx context.Context, a core.Actor, set *editions.Setting, number int, in TravelInput) error {
	p := core.Validate(in)
	for path, day := range map[string]string{"arrives": in.Arrives, "leaves": in.Leaves} {
		if _, err := core.ParseDate(day); day != "" && err != nil {
			p.Add(path, "core.date.unreadable", "Date", day)
		}
	}
	if in.Arrives != "" && in.Leaves != "" && in.Leaves < in.Arrives {
		p.Add("leaves", "support.error.leaves")
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.ownTx(ctx, a, set, number, "travel", func(ctx context.Context, tx *record.Tx, _ *Programme, x *Application) error {
		x.Travel = Travel{in.Arrives, in.Leaves, strings.TrimSpace(in.From), strings.TrimSpace(in.Route), strings.TrimSpace(in.Needs)}
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		tx.Append("support.itinerary", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
		return nil
	})
}

// mostFiles is how many files a grantee hands in.
const mostFiles = 30

// Attach keeps a boarding pass or a receipt that was Put into the store. The grantee alone
// may; she and the staff read it. Event: support.attached.
func (s *Service) Attach(ctx context.Context, a core.Actor, set *editions.Setting, number int, kind string, b blob.Blob) error {
	if !slices.Contains(FileKinds, kind) {
		var p core.Problems
		p.Add("kind", "support.error.choice")
		return p.Err()
	}
	return s.ownTx(ctx, a, set, number, "attach", func(ctx context.Context, tx *record.Tx, _ *Programme, x *Application) error {
		n, err := tx.NewSelect().Model((*File)(nil)).Where("sf.application = ?", x.ID).Count(ctx)
		if err != nil {
			return fmt.Errorf("count files: %w", err)
		}
		if n >= mostFiles {
			return core.Conflict("support.error.files", "Count", mostFiles)
		}
		if err := s.Files.RegisterTx(ctx, tx, b); err != nil {
			return err
		}
		f := File{ID: tx.NewID(), Application: x.ID, Kind: kind, Blob: b.ID, Name: b.Name, Size: b.Size, At: tx.Now}
		if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("keep file: %w", err)
		}
		tx.Append("support.attached", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
		return nil
	})
}

// ReportInput is the travel report.
type ReportInput struct {
	Did     string `form:"did" ui:"area" max:"4000" required:"true" json:"did"`
	Learned string `form:"learned" ui:"area" max:"4000" required:"true" json:"learned"`
	Home    string `form:"home" ui:"area" max:"4000" required:"true" json:"home"`
}

// shortest is how many words each part of a report has at least.
const shortest = 20

// FileReport takes the travel report of a grantee, once the edition has begun; until the
// grant is closed she can change it. She alone may. Event: support.reported at the first
// time, support.report_changed after that.
func (s *Service) FileReport(ctx context.Context, a core.Actor, set *editions.Setting, number int, lang string, in ReportInput) error {
	in.Did, in.Learned, in.Home = strings.TrimSpace(in.Did), strings.TrimSpace(in.Learned), strings.TrimSpace(in.Home)
	p := core.Validate(in)
	for _, f := range []struct{ path, text string }{{"did", in.Did}, {"learned", in.Learned}, {"home", in.Home}} {
		if n := core.WordCount(f.text); f.text != "" && n < shortest {
			p.Add(f.path, "support.error.short", "Count", shortest, "Have", n)
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.ownTx(ctx, a, set, number, "report", func(ctx context.Context, tx *record.Tx, _ *Programme, x *Application) error {
		if tx.Now.Before(endOf(set.FirstDay, set.Zone, -1)) {
			return core.Conflict("support.error.report_early")
		}
		x.Report = Report{lang, in.Did, in.Learned, in.Home}
		if x.State == StateReported {
			if err := save(ctx, tx, x); err != nil {
				return err
			}
			tx.Append("support.report_changed", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
			return nil
		}
		x.Reported = tx.Now
		return s.stateTx(ctx, tx, x, StateReported)
	})
}

// Paper is a file of an application: her own, or for the staff. NotFound to others.
func (s *Service) Paper(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (File, error) {
	var f File
	if err := s.rec.DB.Read.NewSelect().Model(&f).Where("sf.id = ?", id).Scan(ctx); err != nil {
		return f, record.Found(err)
	}
	var x Application
	if err := s.rec.DB.Read.NewSelect().Model(&x).Where("sa.id = ?", f.Application).Scan(ctx); err != nil {
		return f, record.Found(err)
	}
	if x.Edition != set.ID || !isOwn(a, &x) && !Manages(a, set.ID) {
		return File{}, core.NotFound()
	}
	return f, nil
}

func mailOf(kind string, x *Application) mail.Message {
	return mail.Message{ID: fmt.Sprintf("%s/%s/%d", kind, x.ID, x.Version), Kind: kind}
}
