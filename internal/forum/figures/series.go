package figures

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Said is one value in a series, and who says so.
type Said struct {
	Edition    string  `json:"edition"`
	Value      float64 `json:"value"`
	Unit       string  `json:"unit"`
	Qualifier  string  `json:"qualifier,omitempty" doc:"more-than, nearly, about"`
	Status     string  `json:"status,omitempty" doc:"of a figure of this record: provisional or final"`
	Ours       bool    `json:"of_this_record"`
	Hidden     bool    `json:"hidden,omitempty"`
	Source     string  `json:"source,omitempty"`
	Definition string  `json:"definition,omitempty"`
	Indicator  string  `json:"indicator,omitempty"`
}

// Series is one thing over the editions. Values that different sources counted in
// different ways stand side by side; an edition of which nobody said anything is a gap.
type Series struct {
	Dimension string `json:"dimension"`
	Group     string `json:"group,omitempty"`
	Unit      string `json:"unit"`
	Points    []Said `json:"points"`
}

// Series are all series over the editions that the actor may see: the imported facts, the
// figures that stand with editions, and those that were published from this record. Three
// queries.
func (s *Service) Series(ctx context.Context, a core.Actor) ([]Series, error) {
	list, err := s.Editions.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := s.Editions.AllFigures(ctx)
	if err != nil {
		return nil, err
	}
	brought, err := s.Points(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	ours, err := latest(ctx, s.rec.DB.Read, ids...)
	if err != nil {
		return nil, err
	}
	c := collection{}
	for _, p := range brought {
		c.add(p.Dimension, p.Group, Said{
			Edition: p.Edition, Value: p.Number(), Unit: p.Unit, Qualifier: p.Qualifier, Source: p.Source, Definition: p.Definition,
		})
	}
	for _, e := range list {
		for _, f := range all[e.ID] {
			c.add(f.Indicator, "", Said{Edition: e.Slug, Value: float64(f.Amount), Unit: "count", Qualifier: f.Qualifier, Source: f.Source})
		}
		c.own(e, ours)
	}
	return c.sorted(), nil
}

type collection map[[3]string][]Said

// add takes a value in, unless the same was said before of the same edition by the same
// source, or by nobody in particular.
func (c collection) add(dimension, group string, p Said) {
	key := [3]string{dimension, group, p.Unit}
	for _, have := range c[key] {
		if have.Edition == p.Edition && have.Value == p.Value && have.Ours == p.Ours && have.Qualifier == p.Qualifier {
			return
		}
	}
	c[key] = append(c[key], p)
}

func (c collection) own(e editions.Edition, ours []Figure) {
	for _, f := range ours {
		d, ok := Find(f.Indicator)
		if f.Edition != e.ID || !ok || d.Said == "" {
			continue
		}
		c.add(d.Said, "", Said{
			Edition: e.Slug, Value: float64(f.Amount), Unit: "count", Status: f.Status, Ours: true, Hidden: f.Hidden, Indicator: f.Indicator,
		})
	}
}

// order of what is counted; what is not in it comes after.
var order = []string{
	"participants-onsite", "participants-total", "participants-online", "registered", "countries", "governments-onsite", "first-time",
	"stakeholder", "region", "gender", "sessions", "sessions-type", "sessions-theme", "proposals", "speakers", "organisations",
}

func (c collection) sorted() []Series {
	var out []Series
	for key, list := range c {
		slices.SortStableFunc(list, func(a, b Said) int { return cmp.Compare(a.Edition, b.Edition) })
		out = append(out, Series{Dimension: key[0], Group: key[1], Unit: key[2], Points: list})
	}
	rank := func(s Series) int {
		if i := slices.Index(order, s.Dimension); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(out, func(a, b Series) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Unit, b.Unit))
	})
	return out
}

// contested tells of which editions different values were given.
func (s Series) contested() map[string]bool {
	first, out := map[string]float64{}, map[string]bool{}
	for _, p := range s.Points {
		if was, ok := first[p.Edition]; ok && was != p.Value && !p.Hidden {
			out[p.Edition] = true
		}
		first[p.Edition] = p.Value
	}
	return out
}

// decimal prints a value without needless noughts, as files have it.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
