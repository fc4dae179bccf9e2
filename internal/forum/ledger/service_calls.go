package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// onReport keeps the calls of a report in the act that publishes or corrects it.
func (s *Service) onReport(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var data struct {
		Session core.ID `json:"session"`
	}
	if json.Unmarshal(e.Data, &data) != nil || data.Session == "" {
		data.Session = e.Subject // a report that was carried in is named by its session
	}
	r, points, err := s.Reports.PointsTx(ctx, tx, data.Session)
	if err != nil || r == nil {
		return err
	}
	return s.keepTx(ctx, tx, *r, points)
}

// onTakenBack follows what an import that is undone puts back: where a session has no
// published report any more, its calls stay and say so.
func (s *Service) onTakenBack(ctx context.Context, tx *record.Tx, e *record.Event) error {
	r, points, err := s.Reports.PointsTx(ctx, tx, e.Subject)
	if err != nil {
		return err
	}
	if r != nil {
		return s.keepTx(ctx, tx, *r, points)
	}
	rows, err := callsOf(ctx, tx, "lc.session = ? AND lc.source = ? AND lc.state <> ?", e.Subject, FromReport, StateGone)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := s.goneTx(ctx, tx, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// goneTx notes that a call is not in its text any more.
func (s *Service) goneTx(ctx context.Context, tx *record.Tx, c *Call) error {
	c.State = StateGone
	if err := saveCall(ctx, tx, c); err != nil {
		return err
	}
	tx.Append("call.gone", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words})
	return nil
}

// keepTx brings the calls of one report to what it says: new ones enter, words change
// with the text, those that a correction took out stay and say so. Events: call.entered,
// call.changed, call.gone.
func (s *Service) keepTx(ctx context.Context, tx *record.Tx, r reports.Report, points []reports.Point) error {
	rows, err := callsOf(ctx, tx, "lc.document = ? AND lc.source = ?", r.Document, FromReport)
	if err != nil {
		return err
	}
	have := map[string]*Call{}
	for i := range rows {
		have[rows[i].Ref] = &rows[i]
	}
	ses, err := s.Programme.SessionTx(ctx, tx, r.Session)
	if err != nil {
		return fmt.Errorf("session of a report: %w", err)
	}
	var chosen []addressee
	called := r.Published
	// What was entered into the record afterwards was called out when it was said.
	if !ses.Ends.IsZero() && ses.Ends.Before(ses.Created) {
		called = ses.Ends
	}
	for _, p := range points {
		if p.Part != reports.PartCall {
			continue
		}
		was := have[p.Ref]
		delete(have, p.Ref)
		c := Call{
			Ref: p.Ref, Document: r.Document, Source: FromReport, Edition: r.Edition, Session: r.Session,
			Words: p.Text, To: p.To, ToAs: p.ToAs, Called: called,
		}
		id, err := s.enterTx(ctx, tx, was, c)
		if err != nil {
			return err
		}
		chosen = append(chosen, rowsOf(id, p.Orgs)...)
	}
	if err := chooseTx(ctx, tx, chosen); err != nil {
		return err
	}
	for _, p := range rows { // in the order of the rows: have is a map
		if c := have[p.Ref]; c != nil && c.State != StateGone {
			if err := s.goneTx(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// enterTx enters a call, or changes the one that stands for the same paragraph.
func (s *Service) enterTx(ctx context.Context, tx *record.Tx, was *Call, c Call) (core.ID, error) {
	if c.To == nil {
		c.To = []string{}
	}
	c.WordsKey, c.ToKey = keyOf(c.Words), bars(c.To)
	if was == nil {
		c.ID, c.State, c.Version = tx.NewID(), StateOpen, 1
		if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
			return "", fmt.Errorf("enter call: %w", err)
		}
		tx.Append("call.entered", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words, "ref": c.Ref})
		return c.ID, nil
	}
	if was.Words.Equal(c.Words) && slices.Equal(was.To, c.To) && was.ToAs == c.ToAs && was.State != StateGone {
		return was.ID, nil
	}
	before := map[string]any{"words": was.Words, "to": was.To, "to_as": was.ToAs}
	was.Words, was.WordsKey, was.To, was.ToKey, was.ToAs = c.Words, c.WordsKey, c.To, c.ToKey, c.ToAs
	if was.State == StateGone {
		was.State = StateOpen
	}
	if err := s.settleTx(ctx, tx, was); err != nil {
		return "", err
	}
	tx.Append("call.changed", was.ID, scopeOf(was.Edition), record.Public, record.Data{
		"label": was.Words, "changes": changes(before, map[string]any{"words": was.Words, "to": was.To, "to_as": was.ToAs}),
	})
	return was.ID, nil
}

func rowsOf(call core.ID, orgs []core.ID) []addressee {
	out := make([]addressee, len(orgs))
	for i, o := range orgs {
		out[i] = addressee{Call: call, Organisation: o}
	}
	return out
}

// chooseTx adds the organisations that a rapporteur chose from the directory. What the
// staff added stays.
func chooseTx(ctx context.Context, tx *record.Tx, rows []addressee) error {
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (call, organisation) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("address call: %w", err)
	}
	return nil
}

// settleTx brings a call's state to what its answers say and saves it.
func (s *Service) settleTx(ctx context.Context, tx *record.Tx, c *Call) error {
	var list []Commitment
	if err := tx.NewSelect().Model(&list).Where("cm.ledger_call = ?", c.ID).Scan(ctx); err != nil {
		return fmt.Errorf("load answers: %w", err)
	}
	state, answered := standing(list)
	c.Answered = answered
	if c.State != StateSuperseded && c.State != StateGone {
		c.State = state
	}
	return saveCall(ctx, tx, c)
}

// onDocument keeps the words of calls that stand in Messages and papers.
func (s *Service) onDocument(ctx context.Context, tx *record.Tx, e *record.Event) error {
	rows, err := callsOf(ctx, tx, "lc.document = ? AND lc.source <> ?", e.Subject, FromReport)
	if err != nil || len(rows) == 0 {
		return err
	}
	heads, err := s.Documents.HeadTx(ctx, tx, e.Subject)
	if err != nil {
		return err
	}
	rev, ok := heads[e.Subject]
	if !ok || rev.Draft() {
		return nil
	}
	for i := range rows {
		c := &rows[i]
		_, para := documents.ReadParaRef(c.Ref)
		p, there := rev.Paragraph(para)
		if there {
			if _, err := s.enterTx(ctx, tx, c, Call{Words: p.Text, To: c.To, ToAs: c.ToAs}); err != nil {
				return err
			}
			continue
		}
		if c.State == StateGone {
			continue
		}
		if err := s.goneTx(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// Refill enters the calls of reports that were published before the ledger was there, or
// by another way than publishing. Done twice it does nothing.
func (s *Service) Refill(ctx context.Context) error {
	all, err := s.Reports.AllPublished(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	rows, err := callsOf(ctx, s.rec.DB.Read, "lc.source = ?", FromReport)
	if err != nil {
		return err
	}
	have := map[string]Call{}
	of := map[core.ID]int{}
	for _, c := range rows {
		have[c.Ref] = c
		if c.State != StateGone {
			of[c.Document]++
		}
	}
	points := map[core.ID]map[core.ID][]reports.Point{}
	for _, r := range all {
		if points[r.Edition] == nil {
			if points[r.Edition], err = s.Reports.Published(ctx, r.Edition); err != nil {
				return err
			}
		}
		n, same := 0, true
		for _, p := range points[r.Edition][r.Session] {
			if p.Part != reports.PartCall {
				continue
			}
			n++
			c, ok := have[p.Ref]
			same = same && ok && c.Words.Equal(p.Text) && c.State != StateGone
		}
		if same && n == of[r.Document] {
			continue
		}
		err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			now, pts, err := s.Reports.PointsTx(ctx, tx, r.Session)
			if err != nil || now == nil {
				return err // a correction is being written; the hour comes again
			}
			return s.keepTx(ctx, tx, *now, pts)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
