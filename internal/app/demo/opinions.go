package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/opinions"
	"plenary/internal/platform/record"
	"plenary/internal/solve/opinion"
)

// pollStatements are short statements, each with how two invented camps lean: the share
// of those who agree.
var pollStatements = []struct {
	text     string
	one, two float64
}{
	{"Public services must also work without a smartphone.", .93, .9},
	{"Rules for new technology should come before it is used widely.", .88, .15},
	{"Rules for new technology should follow the harm that is seen.", .2, .85},
	{"People should be told when a decision about them was made by a machine.", .95, .91},
	{"Community networks deserve a part of the universal service funds.", .84, .6},
	{"Each country should keep the data of its people within its borders.", .7, .12},
	{"Data should move freely where its protection moves along.", .45, .9},
	{"Encryption must not be weakened for anybody.", .75, .8},
	{"Large platforms should pay for the networks that they fill.", .72, .2},
	{"Schools should teach how to check what one reads online.", .94, .93},
	{"Researchers need access to the data of large platforms.", .89, .55},
	{"A forum like this one should take decisions that bind.", .5, .14},
	{"Online and on-site participants should have the same time to speak.", .9, .87},
	{"Reports should say who was not in the room.", .86, .72},
}

// opinions asks a poll that has run for three days; 140 invented people have voted.
func (b *builder) opinions() error {
	b.clock.Freeze(b.start.Add(-72 * 3600e9).Time())
	local := b.start.In(b.set.Zone)
	texts := make([]string, len(pollStatements))
	for i, s := range pollStatements {
		texts[i] = s.text
	}
	in := opinions.PollInput{
		Title:   core.Text{Orig: "en", By: map[string]string{"en": "What should come first in the years ahead?", "fr": "Que faut-il faire d’abord dans les années à venir ?", "es": "¿Qué debería ir primero en los próximos años?", "ru": "Что должно быть на первом месте в ближайшие годы?", "zh": "未来几年应当先做什么？", "ar": "ما الذي ينبغي أن يأتي أولاً في السنوات المقبلة؟"}},
		About:   en("The statements come from the public input to this meeting. Say of each whether you agree; what all groups have in common goes to those who draft the Messages."),
		OpenDay: local.AddDate(0, 0, -3).Format("2006-01-02"), OpenTime: "00:00",
		CloseDay: local.AddDate(0, 0, 3).Format("2006-01-02"), CloseTime: "23:59",
		Zone: b.set.Zone, Proposals: true, Published: true, Statements: strings.Join(texts, "\n"),
	}
	r := rand.New(rand.NewPCG(seed, 22)) //nolint:gosec // an invented crowd, the same in each build
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := b.App.Opinions.AddTx(ctx, tx, b.set.Scope(), in)
		if err != nil {
			return fmt.Errorf("poll: %w", err)
		}
		for range 140 {
			voter, first := tx.NewID(), r.IntN(100) < 58
			for i, s := range pollStatements {
				lean := s.two
				if first {
					lean = s.one
				}
				switch x := r.Float64(); {
				case x > .85: // not seen
				case x < .85*.07:
					err = b.App.Opinions.VoteTx(ctx, tx, p, voter, i+1, opinion.Pass)
				case r.Float64() < lean:
					err = b.App.Opinions.VoteTx(ctx, tx, p, voter, i+1, opinion.Agree)
				default:
					err = b.App.Opinions.VoteTx(ctx, tx, p, voter, i+1, opinion.Disagree)
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
