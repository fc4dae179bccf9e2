package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/messages"
	"plenary/internal/platform/record"
)

// drafted completes a Message of the corpus: a sentence that rests on a transcribed
// session also rests on a moment directly, one that rests on nothing says why, and the
// second Message records a view that diverges.
func (b *builder) drafted(n int, m *messages.ImportedMessage, sources [][]corpus.Source) {
	for i, list := range sources {
		bare := true
		for _, src := range m.Sources {
			bare = bare && src.Sentence != i+1
		}
		if bare {
			m.Sources = append(m.Sources, documents.Source{
				Sentence: i + 1, Kind: messages.SourceOwn, Ref: "drafters", Note: "The drafters’ words, to bind what the sessions said.",
			})
			continue
		}
		if n%3 != 0 { // some Messages rest on moments directly
			continue
		}
		for _, src := range list {
			s := b.corpus.Session(src.Session)
			if s == nil || src.Takeaway >= len(s.Takeaways) {
				continue
			}
			if at, ok := b.after(src.Session, s.Takeaways[src.Takeaway].Text); ok {
				m.Sources = append(m.Sources, documents.Source{Sentence: i + 1, Kind: floor.SourceSegment, Ref: string(at.Segment)})
				break
			}
		}
	}
	if n == 1 {
		m.Dissent = append(m.Dissent, documents.Dissent{
			Kind: documents.DissentView, Text: en("Some held that a common rule would come too early, and that each community should find its own first."),
		})
	}
}

// after is the moment that follows the one in which something was said.
func (b *builder) after(code int, text string) (floor.Moment, bool) {
	at, ok := b.saying(code, text)
	list := b.moments[code]
	i := slices.IndexFunc(list, func(m floor.Moment) bool { return ok && m.Segment == at.Segment }) + 1
	if i == 0 || i == len(list) {
		return floor.Moment{}, false
	}
	return list[i], true
}

// workshop shows editors at work on the raw material of the Messages, who signs, and a
// statement that was handed in and accepted: the draft of half an hour ago has a second
// version.
func (b *builder) workshop() error {
	b.clock.Freeze(b.start.Add(-25 * time.Minute).Time())
	w, err := b.Messages.Workshop(b.ctx, actor, b.set)
	if err != nil {
		return err
	}
	var aside []string
	named := false
	for _, c := range w.Clusters {
		var open, keys []string
		for _, m := range c.Members {
			keys = append(keys, m.ID)
			if w.Materials[m.ID].State == messages.MaterialOpen {
				open = append(open, m.ID)
			}
		}
		switch {
		case !named && len(keys) >= 2 && len(c.Words) >= 2:
			named = true
			name := fmt.Sprintf("On %s and %s", c.Words[0].Word, c.Words[1].Word)
			if err := b.Messages.NameCluster(b.ctx, actor, b.set, messages.NameInput{Name: en(name), Keys: keys}); err != nil {
				return err
			}
		case len(open) > 0 && len(aside) < 2:
			aside = append(aside, open[0])
		}
	}
	reasons := []string{"Another takeaway says it more fully.", "A matter for the programme of next year, not for the Messages."}
	for i, k := range aside {
		if err := b.Messages.SetAside(b.ctx, actor, b.set, []string{k}, reasons[i]); err != nil {
			return err
		}
	}
	return b.signatures()
}

// signatures names who signs. The host has signed the first version, the chair the
// second; the secretariat, which is one of the demo's accounts, has not yet.
func (b *builder) signatures() error {
	host, chair, secretariat := b.signers()
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		return b.Messages.SetSignersTx(ctx, tx, b.set, []messages.Signer{
			{Role: messages.SignHost, Person: host, Needed: true},
			{Role: messages.SignChair, Person: chair, Needed: true},
			{Role: messages.SignSecretariat, Person: secretariat, Needed: true},
		})
	}); err != nil {
		return err
	}
	if err := b.signMessages(host); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-20 * time.Minute).Time())
	x, err := b.Messages.HandIn(b.ctx, core.Actor{Program: actor.Program, Person: b.persons[0]}, b.set, 1, messages.StatementInput{
		By: "Small deployers of the coast (invented)", Text: en("We spoke against this in the room and still do: whoever only installs a system cannot answer for what its maker keeps secret."),
	})
	if err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-15 * time.Minute).Time())
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		if err := b.Messages.DecideTx(ctx, tx, b.set, x.ID, messages.DecideInput{Accept: true, Reason: "It was said in the session and stands with the Message."}); err != nil {
			return err
		}
		return b.Messages.PublishTx(ctx, tx, b.set, false, "A statement of dissent that was handed in stands with its Message.")
	}); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-10 * time.Minute).Time())
	return b.signMessages(chair)
}

// signMessages signs the newest version as a person.
func (b *builder) signMessages(person core.ID) error {
	_, so, err := b.Messages.SignOff(b.ctx, actor, b.set)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(so.Signers, func(s messages.Standing) bool { return s.Person == person })
	return b.Messages.Sign(b.ctx, core.Actor{Program: actor.Program, Person: person}, b.set, messages.SignInput{Signer: so.Signers[i].ID, Revision: so.Revision.Number})
}

// signers are two people of the highest level, and whoever will have the account of the
// secretariat.
func (b *builder) signers() (host, chair, secretariat core.ID) {
	var high []core.ID
	for i, p := range b.corpus.People {
		switch {
		case p.HighLevel:
			high = append(high, b.persons[i])
		case secretariat == "":
			secretariat = b.persons[i] // as accounts gives it: to the first of the others
		}
	}
	return high[len(high)-1], high[len(high)-2], secretariat
}
