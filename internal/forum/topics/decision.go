package topics

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Decision is what a body decided about a theme, and on which inputs.
type Decision struct {
	bun.BaseModel `bun:"table:topic_decisions,alias:td"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Edition  core.ID      `bun:"edition" json:"-"`
	Number   int          `bun:"number" json:"number" doc:"in the order in which they were written down"`
	Theme    core.ID      `bun:"theme" json:"theme"`
	Cluster  core.ID      `bun:"cluster" json:"-"`
	Day      string       `bun:"day" json:"day" doc:"YYYY-MM-DD"`
	Body     core.ID      `bun:"body" json:"body"`
	BodyName core.Text    `bun:"body_name" json:"body_name" doc:"as it was called then"`
	Name     core.Text    `bun:"name" json:"name" doc:"of the theme, as it was decided"`
	Reason   core.Text    `bun:"reason" json:"reason"`
	Minutes  string       `bun:"minutes" json:"minutes,omitempty" doc:"address of the record of the meeting"`
	Words    []string     `bun:"words,type:jsonb" json:"words" doc:"that made the cluster"`
	Inputs   []core.ID    `bun:"inputs,type:jsonb" json:"-"`
	Made     core.Instant `bun:"made" json:"made" doc:"when it was written down"`
	Count    int          `bun:"-" json:"inputs" doc:"on how many inputs it was made"`
}

// Decided is a theme of the edition with what led to it.
type Decided struct {
	Theme     editions.Theme
	Decisions []Decision // the newest first; empty where the theme was set without one
	Led       []Input    // that led to it and still stand: the latest decision that names them is this theme's
	Withdrawn int        // inputs of the latest decision that stand no more
	Elsewhere int        // inputs of it that a later decision put under another theme
	Named     []Input    // whose own answer names the theme, without those that led to it
}

// Themes are the themes of an edition with their decisions and inputs.
type Themes struct {
	List  []Decided
	Table *Table
	Led   int // inputs that led to a theme
	None  int // inputs that led to none
}

// Theme finds one by the last part of its address; nil where there is none.
func (t Themes) Theme(slug string) *Decided {
	for i := range t.List {
		if t.List[i].Theme.Slug == slug {
			return &t.List[i]
		}
	}
	return nil
}

// Themes gives the themes of an edition with their decisions and inputs. Everybody may
// who may see the edition. An input counts for one theme only: that of the latest
// decision which names it.
func (s *Service) Themes(ctx context.Context, a core.Actor, set *editions.Setting) (Themes, error) {
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return Themes{}, err
	}
	all, err := loadDecisions(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return Themes{}, err
	}
	return sortOut(set, t, all), nil
}

func sortOut(set *editions.Setting, t *Table, all []Decision) Themes {
	latest, owner := map[core.ID]core.ID{}, map[core.ID]core.ID{} // theme → decision, input → theme
	for i := range all {
		all[i].Count = len(all[i].Inputs)
		latest[all[i].Theme] = all[i].ID
	}
	for _, d := range all { // the newest last
		if latest[d.Theme] == d.ID && set.Theme(d.Theme) != nil {
			for _, id := range d.Inputs {
				owner[id] = d.Theme
			}
		}
	}
	out := Themes{Table: t}
	stands := map[core.ID]bool{}
	for _, in := range t.Inputs {
		stands[in.ID] = true
		out.Led += one(owner[in.ID] != "")
	}
	out.None = len(t.Inputs) - out.Led
	for _, th := range set.Themes {
		x := Decided{Theme: th}
		for _, d := range slices.Backward(all) {
			if d.Theme == th.ID {
				x.Decisions = append(x.Decisions, d)
			}
		}
		if len(x.Decisions) > 0 {
			for _, id := range x.Decisions[0].Inputs {
				x.Withdrawn += one(!stands[id])
				x.Elsewhere += one(stands[id] && owner[id] != th.ID)
			}
		}
		for _, in := range t.Inputs {
			switch {
			case owner[in.ID] == th.ID:
				x.Led = append(x.Led, in)
			case slices.Contains(in.Themes, th.ID):
				x.Named = append(x.Named, in)
			}
		}
		out.List = append(out.List, x)
	}
	return out
}
