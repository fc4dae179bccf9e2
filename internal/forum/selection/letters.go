package selection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Placeholders of letters, in the order in which the page explains them.
var Placeholders = []string{"name", "title", "number", "call", "type", "reasons", "words", "conditions", "other", "session", "url"}

// usualLetter is the letter of the catalogue.
func (s *Service) usualLetter(lang, kind string) (subject, body string) {
	return s.Catalog.T(lang, "selection.letter."+kind+".subject"), s.Catalog.T(lang, "selection.letter."+kind+".body")
}

// fill puts values into a letter. A paragraph whose placeholders are all empty is left out.
func fill(text string, values map[string]string) string {
	var out []string
	for _, para := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		named, said := false, false
		for _, k := range Placeholders {
			if strings.Contains(para, "{"+k+"}") {
				named, said = true, said || values[k] != ""
			}
		}
		if named && !said {
			continue
		}
		pairs := make([]string, 0, 2*len(Placeholders))
		for _, k := range Placeholders {
			pairs = append(pairs, "{"+k+"}", values[k])
		}
		out = append(out, strings.TrimSpace(strings.NewReplacer(pairs...).Replace(para)))
	}
	return strings.Join(out, "\n\n")
}

// addressee is somebody who gets a letter: the proposer, or who proposes with her.
type addressee struct{ email, name, lang string }

// addressees are the proposer and those who have confirmed to propose with her.
func (s *Service) addressees(ctx context.Context, list []proposals.Input, parties map[core.ID][]proposals.Party) (map[core.ID][]addressee, error) {
	var ids []core.ID
	for _, x := range list {
		if !slices.Contains(ids, x.Account) {
			ids = append(ids, x.Account)
		}
	}
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[core.ID][]addressee{}
	for _, x := range list {
		if acc, ok := accounts[x.Account]; ok && !acc.Disabled {
			out[x.ID] = append(out[x.ID], addressee{acc.Email, acc.Name, acc.Lang})
		}
		for _, p := range parties[x.ID] {
			if p.Means == calls.MeansOwner && p.State == proposals.Confirmed && p.Email != "" && p.EmailKey != accounts[x.Account].EmailKey {
				lang := p.Lang
				if lang == "" {
					lang = x.Proposal.Lang
				}
				out[x.ID] = append(out[x.ID], addressee{p.Email, p.Name, lang})
			}
		}
		out[x.ID] = once(out[x.ID])
	}
	return out, nil
}

// compose writes the letter that says a decision, in a language.
func (s *Service) compose(letters []Letter, b *Board, d Decided, to addressee, session string) (subject, body string) {
	w := s.words(letters, d.Choice, to.lang)
	f := b.facts[d.Proposal]
	call, _ := b.Call.Title.In(to.lang)
	var reasons []string
	for _, r := range b.Selection.Reasons {
		if slices.Contains(d.Reasons, r.Code) {
			label, _ := r.Label.In(to.lang)
			reasons = append(reasons, "- "+label)
		}
	}
	values := map[string]string{
		"name": to.name, "title": f.Title, "number": fmt.Sprint(f.Number), "call": call, "type": b.typeName(d.Type, to.lang),
		"reasons": strings.Join(reasons, "\n"), "words": d.Words, "conditions": d.Conditions, "other": b.facts[d.Target].Title,
		"session": session, "url": s.BaseURL + f.Path(),
	}
	if subject = strings.Join(strings.Fields(fill(w.Subject, values)), " "); subject == "" {
		usual, _ := s.usualLetter(to.lang, d.Choice) // it named only what this decision has not
		subject = strings.Join(strings.Fields(fill(usual, values)), " ")
	}
	if body = fill(w.Body, values); body == "" {
		_, usual := s.usualLetter(to.lang, d.Choice)
		body = fill(usual, values)
	}
	return subject, mail.Wrap(body)
}

// typeName names a session type; b.types has them.
func (b *Board) typeName(code, lang string) string {
	for _, t := range b.types {
		if t.Code == code {
			name, _ := t.Label.In(lang)
			return name
		}
	}
	return code
}

// lettersTx puts the letters of a round into the outbox.
func (s *Service) lettersTx(ctx context.Context, tx *record.Tx, b *Board, list []Decided, sessions map[core.ID]Session, round int) error {
	letters, err := lettersOf(ctx, tx, b.Call.ID)
	if err != nil {
		return err
	}
	if s.Calls.Types != nil && b.Call.Edition != "" {
		if b.types, err = s.Calls.Types(ctx, b.Call.Edition); err != nil {
			return err
		}
	}
	var facts []proposals.Input
	var ids []core.ID
	for _, d := range list {
		facts, ids = append(facts, b.facts[d.Proposal]), append(ids, d.Proposal)
	}
	parties, err := s.Proposals.PartiesTx(ctx, tx, ids)
	if err != nil {
		return err
	}
	to, err := s.addressees(ctx, facts, parties)
	if err != nil {
		return err
	}
	var out []mail.Message
	for _, d := range list {
		session := ""
		if x := sessions[d.Proposal]; x.Path != "" {
			session = s.BaseURL + x.Path
		}
		for _, x := range to[d.Proposal] {
			m := mail.Message{ID: fmt.Sprintf("selection/%s/%d/%s", d.Proposal, round, x.email), Kind: "selection_" + d.Choice, To: x.email, ToName: x.name, Lang: x.lang}
			m.Subject, m.Text = s.compose(letters, b, d, x, session)
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return s.Mail.QueueTx(ctx, tx, out...)
}
