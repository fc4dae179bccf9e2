package topics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// DecideInput is what a body decided of a cluster: a theme, new or one that stands, and
// the inputs that it rests on. Version is that of the cluster and of the edition together:
// both only grow, so it tells when either has moved.
type DecideInput struct {
	Version int64     `form:"version" ui:"hidden"`
	Theme   core.ID   `form:"theme" ui:"select"` // empty: a new one
	Name    core.Text `form:"name" ui:"text" max:"200" required:"1"`
	About   core.Text `form:"about" ui:"area" max:"2000"`
	Day     string    `form:"day" ui:"date" required:"1"`
	Body    core.ID   `form:"body" ui:"select" required:"1"`
	Reason  core.Text `form:"reason" ui:"area" max:"4000" required:"1"`
	Minutes string    `form:"minutes" ui:"url" max:"500"`
	Inputs  []string  `form:"inputs" ui:"checks" required:"1"`
}

func (in *DecideInput) validate(today time.Time) error {
	p := core.Validate(*in)
	in.Name, in.About, in.Reason, in.Minutes = in.Name.Clean(), in.About.Clean(), in.Reason.Clean(), strings.TrimSpace(in.Minutes)
	if in.Day != "" {
		switch day, err := core.ParseDate(in.Day); {
		case err != nil:
			p.Add("day", "core.date.unreadable", "Date", in.Day)
		case day.After(today):
			p.Add("day", "topics.error.day_ahead")
		}
	}
	if in.Minutes != "" && !core.WebAddress(in.Minutes) {
		p.Add("minutes", "topics.error.link")
	}
	return p.Err()
}

// DecideInputOf is the form for a decision about a cluster as it stands: all its members
// are chosen.
func DecideInputOf(c *Cluster, set *editions.Setting) DecideInput {
	in := DecideInput{Version: c.Named.Version + set.Version, Name: c.Named.Name}
	if th := set.Theme(c.Named.Theme); th != nil {
		in.Theme, in.Name, in.About = th.ID, th.Name, th.About
	}
	for _, m := range c.Members {
		in.Inputs = append(in.Inputs, m.ID)
	}
	return in
}

// Decide writes down what a body decided about a cluster and makes or changes the theme of
// the edition. The inputs stay in the cluster from now on. Curators may. Stale where
// somebody has changed the cluster or the edition meanwhile. It gives the address of the
// theme. Events: theme.decided, and edition.themes_set.
func (s *Service) Decide(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in DecideInput) (slug string, err error) {
	if err := may(a, set, "decide"); err != nil {
		return "", err
	}
	w, err := s.Workshop(ctx, a, set, "")
	if err != nil {
		return "", err
	}
	cl := w.Cluster(id)
	if cl == nil {
		return "", core.NotFound()
	}
	// The day after in UTC: it is already that day somewhere.
	if err := in.validate(s.rec.Clock.Now().Add(14 * time.Hour)); err != nil {
		return "", err
	}
	var p core.Problems
	inputs, err := w.chosen(in.Inputs)
	if err != nil {
		p.Add("inputs", "topics.error.input_gone")
	}
	body, err := s.bodies.Body(ctx, in.Body)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		p.Add("body", "form.unreadable")
	} else if err != nil {
		return "", err
	}
	if in.Theme != "" && set.Theme(in.Theme) == nil {
		p.Add("theme", "form.unreadable")
	}
	if err := p.Err(); err != nil {
		return "", err
	}
	d := Decision{
		Edition: set.ID, Theme: in.Theme, Cluster: id, Day: in.Day, Body: in.Body, BodyName: body.Name,
		Name: in.Name, Reason: in.Reason, Minutes: in.Minutes, Words: []string{}, Inputs: inputs,
	}
	public := map[string]bool{} // words that everybody may read in an input
	for _, m := range cl.Members {
		for _, word := range m.Words {
			public[word] = public[word] || w.Inputs[core.ID(m.ID)].Public
		}
	}
	for _, word := range cl.Words {
		if public[word.Word] {
			d.Words = append(d.Words, word.Word)
		}
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		slug, err = s.decideTx(ctx, tx, set.ID, in, d)
		return err
	})
	return slug, err
}

func (s *Service) decideTx(ctx context.Context, tx *record.Tx, edition core.ID, in DecideInput, d Decision) (slug string, err error) {
	set, err := s.editions.SettingTx(ctx, tx, edition)
	if err != nil {
		return "", err
	}
	named, _, err := loadClusters(ctx, tx, edition)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(named, func(n Named) bool { return n.ID == d.Cluster })
	if i < 0 {
		return "", core.Conflict("topics.error.cluster_gone")
	}
	if named[i].Version+set.Version != in.Version {
		now := in // what stands: the theme's own words, or the cluster's name
		now.Version, now.Theme = named[i].Version+set.Version, named[i].Theme
		now.Name = named[i].Name
		if th := set.Theme(named[i].Theme); th != nil {
			now.Name, now.About = th.Name, th.About
		}
		return "", core.Stale(now)
	}
	themes := editions.InputOfThemes(set)
	if d.Theme == "" {
		d.Theme = tx.NewID()
		themes.Themes = append(themes.Themes, editions.ThemeInput{ID: d.Theme, Name: in.Name, About: in.About})
	}
	for k := range themes.Themes {
		if themes.Themes[k].ID == d.Theme {
			themes.Themes[k].Name, themes.Themes[k].About = in.Name, in.About
		}
	}
	if err := s.editions.SetThemesTx(ctx, tx, set, themes); err != nil {
		return "", err
	}
	if d.Number, err = nextTx(ctx, tx, edition, (*Decision)(nil)); err != nil {
		return "", err
	}
	d.ID, d.Made = tx.NewID(), tx.Now
	if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
		return "", fmt.Errorf("write decision about a theme: %w", err)
	}
	if err := placeTx(ctx, tx, edition, d.Cluster, d.Inputs); err != nil {
		return "", err
	}
	stale, err := record.Once(tx.NewUpdate().Model((*Named)(nil)).Set("theme = ?", d.Theme).Set("version = version + 1").
		Where("id = ? AND version = ?", d.Cluster, named[i].Version).Exec(ctx))
	if err != nil || stale {
		return "", record.StaleOr(err, in)
	}
	tx.Append("theme.decided", d.Theme, set.Scope(), record.Public, record.Data{"label": in.Name, "changes": record.Changes(struct{}{}, decidedFacts{
		Day: d.Day, Body: d.BodyName, Inputs: len(d.Inputs), Reason: d.Reason,
	})})
	return set.Theme(d.Theme).Slug, nil
}

// decidedFacts are what the history says of a decision.
type decidedFacts struct {
	Day    string    `json:"decided_on"`
	Body   core.Text `json:"decided_by"`
	Inputs int       `json:"decided_inputs"`
	Reason core.Text `json:"decided_because"`
}
