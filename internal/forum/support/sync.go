package support

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Keys of the questions that the room reads (calls.Usual has them all).
const (
	askHome       = "home"
	askOrg        = "organisation"
	askGroup      = "group"
	askAttended   = "attended_before"
	askAboutMe    = "about_me"
	askCost       = "cost"
	askSupported  = "supported_before"
	askAdviser    = "recommender"
	askAdviserTo  = "recommender_mail"
	longestAdvise = 4000

	statedSupported = "supported" // she says that she was supported before
)

// follow takes an answer to the call of a programme as an application, in the act in which
// it was handed in, changed or taken back.
func (s *Service) follow(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var p Programme
	err := tx.NewSelect().Model(&p).Join("JOIN proposals AS pr ON pr.call = sp.call").Where("pr.id = ?", e.Subject).Scan(ctx)
	if err = record.Found(err); err != nil {
		if core.KindOf(err) == core.KindNotFound {
			return nil
		}
		return fmt.Errorf("look for programme: %w", err)
	}
	set, err := s.Editions.SettingTx(ctx, tx, p.Edition)
	if err != nil {
		return err
	}
	return s.syncTx(ctx, tx, &p, set, []core.ID{e.Subject})
}

// syncTx makes applications of answers to the programme's call, and takes into them what
// was changed as long as nobody is ranked by it; nil means all answers. Event:
// support.applied, support.withdrawn.
func (s *Service) syncTx(ctx context.Context, tx *record.Tx, p *Programme, set *editions.Setting, only []core.ID) error {
	c, err := s.Calls.CallTx(ctx, tx, p.Call)
	if err != nil {
		return err
	}
	if only == nil {
		if err := tx.NewSelect().Model((*proposals.Proposal)(nil)).Column("pr.id").Where("pr.call = ? AND pr.state <> ?", p.Call, proposals.StateDraft).OrderExpr("pr.number").Scan(ctx, &only); err != nil {
			return fmt.Errorf("load answers: %w", err)
		}
	}
	inputs, err := s.Proposals.AnsweredOf(ctx, tx, c, only)
	if err != nil {
		return err
	}
	have := map[core.ID]*Application{}
	for part := range slices.Chunk(only, 1000) {
		var rows []Application
		if err := tx.NewSelect().Model(&rows).Where("sa.proposal IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return fmt.Errorf("load applications: %w", err)
		}
		for i := range rows {
			have[rows[i].Proposal] = &rows[i]
		}
	}
	forms := map[int]calls.Form{}
	for _, in := range inputs {
		form, ok := forms[in.FormVersion]
		if !ok {
			f, err := s.Calls.FormTx(ctx, tx, c.ID, in.FormVersion)
			if err != nil {
				return err
			}
			form = f.Form
			forms[in.FormVersion] = form
		}
		if err := s.takeTx(ctx, tx, p, set, in, form, have[in.ID]); err != nil {
			return err
		}
	}
	return nil
}

// takeTx takes one answer into its application.
func (s *Service) takeTx(ctx context.Context, tx *record.Tx, p *Programme, set *editions.Setting, in proposals.Input, form calls.Form, x *Application) error {
	gone := in.State == proposals.StateWithdrawn
	switch {
	case x == nil && (gone || in.Number == 0):
		return nil
	case x == nil:
		x = &Application{
			ID: tx.NewID(), Edition: p.Edition, Proposal: in.ID, Number: in.Number, Account: in.Account, Person: in.Person, State: StateApplied,
			Findings: []Finding{}, Submitted: in.Submitted, Version: 1,
		}
		s.read(p, set, in, form, x)
		if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
			return fmt.Errorf("take application: %w", err)
		}
		tx.Append("support.applied", x.ID, Scope(p.Edition), record.Internal, record.Data{"label": label(x)})
		return s.adviceTx(ctx, tx, x, in)
	case gone && x.In([]string{StateApplied, StateEligible, StateIneligible, StateRanked, StateWaiting, StateNot, StateOffered}):
		x.State, x.Choice = StateWithdrawn, ""
		tx.Append("support.withdrawn", x.ID, Scope(p.Edition), record.Internal, record.Data{"label": label(x)})
		return save(ctx, tx, x)
	case gone || !x.In([]string{StateApplied, StateEligible, StateIneligible, StateWithdrawn}) || !x.Erased.IsZero():
		return nil
	}
	was := basis(x)
	s.read(p, set, in, form, x)
	if basis(x) != was || x.State == StateWithdrawn {
		x.State, x.Overruled, x.Findings = StateApplied, "", []Finding{}
		if err := save(ctx, tx, x); err != nil {
			return err
		}
	}
	return s.adviceTx(ctx, tx, x, in)
}

// label names an application in the record: nobody is named by it.
func label(x *Application) string { return "No. " + strconv.Itoa(x.Number) }

// basis is what eligibility and ranking rest on, to see whether it has changed.
func basis(x *Application) string {
	b, err := json.Marshal([]any{x.Complete, x.Country, x.Classes, x.Stakeholder, x.Organisation, x.Stated, x.FirstTime, x.Asked, x.Account, x.Person})
	if err != nil {
		return ""
	}
	return string(b)
}

// read takes the facts of an answer.
func (s *Service) read(p *Programme, set *editions.Setting, in proposals.Input, form calls.Form, x *Application) {
	x.Account, x.Person = in.Account, in.Person
	x.Country = in.Answers[askHome].Place
	if x.Country == "" {
		x.Country = in.Place
	}
	x.Complete = x.Country != "" && len(form.Missing(in.Answers)) == 0
	x.Region, x.Classes = s.Vocab.RegionOf(x.Country), []string{}
	of := s.Vocab.ClassesOf(x.Country, set.FirstDay)
	for _, code := range Classes {
		if slices.Contains(of, code) {
			x.Classes = append(x.Classes, code)
		}
	}
	x.Stakeholder = in.Answers[askGroup].Text
	x.Organisation = in.Answers[askOrg].Text
	x.OrgKey = core.Fold(x.Organisation)
	x.Stated = []string{}
	for _, code := range CriterionCodes[5:] {
		if slices.Contains(in.Answers[askAboutMe].Many, code) {
			x.Stated = append(x.Stated, code)
		}
	}
	if in.Answers[askSupported].Text == "yes" {
		x.Stated = append(x.Stated, statedSupported)
	}
	x.FirstTime = ""
	if n, err := strconv.Atoi(in.Answers[askAttended].Text); err == nil {
		x.FirstTime = "no"
		if n == 0 {
			x.FirstTime = "yes"
		}
	}
	x.Asked = 0
	if n, err := strconv.ParseInt(in.Answers[askCost].Text, 10, 64); err == nil && n > 0 && n <= int64(mostMoney/unit(p.Currency)) {
		x.Asked = Money(n) * unit(p.Currency)
	}
}

// adviceTx asks who is named as a recommender, once for each address. Where somebody else
// is named, the one before has nothing to say any more.
func (s *Service) adviceTx(ctx context.Context, tx *record.Tx, x *Application, in proposals.Input) error {
	name, to := strings.TrimSpace(in.Answers[askAdviser].Text), strings.TrimSpace(in.Answers[askAdviserTo].Text)
	_, key, bad := mail.Address(to)
	var was Advice
	err := record.Found(tx.NewSelect().Model(&was).Where("sr.application = ?", x.ID).Scan(ctx))
	there := err == nil
	switch {
	case err != nil && core.KindOf(err) != core.KindNotFound:
		return fmt.Errorf("load recommendation: %w", err)
	case bad != nil && !there, there && was.EmailKey == key && was.State != AdviceDropped:
		return nil
	case bad != nil || s.asks.Allow(string(x.Account)) != nil:
		if !there {
			return nil
		}
		_, err := tx.NewUpdate().Model((*Advice)(nil)).Set("state = ?, token = ''", AdviceDropped).Where("application = ?", x.ID).Exec(ctx)
		return err
	}
	r := Advice{Application: x.ID, Name: name, Email: to, EmailKey: key, Lang: in.Lang, State: AdviceAsked, Round: was.Round + 1, Asked: tx.Now}
	if there {
		_, err = tx.NewUpdate().Model(&r).WherePK().Exec(ctx)
	} else {
		_, err = tx.NewInsert().Model(&r).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("ask for recommendation: %w", err)
	}
	return s.askTx(ctx, tx, &r)
}

// PersonMerged moves applications to the page that the applicant's became part of, so that
// what the record says of her is found as before. New wires it to person.merged. No event.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Application)(nil)).Set("person = ?, version = version + 1", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move applications: %w", err)
	}
	return nil
}

// moved reckons the classes of countries anew when the first day of an edition is another.
func (s *Service) moved(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Changes map[string]record.Change `json:"changes"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("read edition.changed: %w", err)
	}
	if _, ok := d.Changes["first_day"]; !ok {
		return nil
	}
	p, err := programmeOf(ctx, tx, e.Subject)
	if core.KindOf(err) == core.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	set, err := s.Editions.SettingTx(ctx, tx, p.Edition)
	if err != nil {
		return err
	}
	return s.syncTx(ctx, tx, p, set, nil)
}
