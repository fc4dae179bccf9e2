package topics

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Ranking is the tags of an edition, ranked.
type Ranking struct {
	Inputs       int   `json:"inputs" doc:"submitted ones, all of them counted"`
	InputsPublic int   `json:"inputs_public" doc:"those that everybody may read"`
	Bare         int   `json:"inputs_without_tags"`
	Unshown      int   `json:"tags_unshown" doc:"tags that stand on so few inputs, none of them public, that they are not told"`
	Hidden       int   `json:"tags_hidden" doc:"tags that curators have hidden; they do not count"`
	Tags         []Tag `json:"tags"`
}

// OnePair is two tags that stand together.
type OnePair struct {
	Tag    string `json:"tag" doc:"last part of its address"`
	Other  string `json:"other"`
	Inputs int    `json:"inputs"`
	Public int    `json:"inputs_public"`
}

// OneInput is an input that everybody may read.
type OneInput struct {
	ID        core.ID      `json:"id"`
	Kind      string       `json:"kind"`
	Title     core.Text    `json:"title"`
	Path      string       `json:"path,omitempty"`
	Tags      []string     `json:"tags" doc:"last parts of their addresses"`
	Written   []string     `json:"tags_as_written"`
	Themes    []core.ID    `json:"themes"`
	Group     string       `json:"group,omitempty"`
	Region    string       `json:"region,omitempty"`
	Country   string       `json:"country,omitempty"`
	Submitted core.Instant `json:"submitted"`
}

// OneTag is a tag with what stands behind its figures.
type OneTag struct {
	Tag

	Inputs []OneInput `json:"inputs" doc:"those that everybody may read"`
	Pairs  []OnePair  `json:"pairs" doc:"tags that stand with it"`
}

// OneTheme is a theme with what led to it.
type OneTheme struct {
	Theme     editions.Theme `json:"theme"`
	Decisions []Decision     `json:"decisions" doc:"the newest first"`
	Led       int            `json:"led" doc:"inputs that led to it; each counts for one theme only"`
	Named     int            `json:"named" doc:"further inputs whose authors put them under it"`
	Withdrawn int            `json:"withdrawn"`
	Elsewhere int            `json:"elsewhere" doc:"inputs that a later decision put under another theme"`
	Inputs    []OneInput     `json:"inputs" doc:"those that led to it and that everybody may read"`
}

// EditionParam names an edition in an address.
type EditionParam struct {
	Edition string `path:"edition" doc:"slug of the edition: 2023"`
}

// API registers the JSON operations of the room. What not everybody may read is counted
// and not listed, whoever asks.
func (s *Service) API(api huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1/editions/{edition}" + path, Summary: summary, Tags: []string{"Topics"}}
	}
	huma.Register(api, op("list-tags", "/topics", "Tags of what was handed in, by how many inputs have them"), func(ctx context.Context, in *struct {
		EditionParam
		Sort string `query:"sort" enum:"alone,total,together" default:"alone"`
		Kind string `query:"kind" doc:"kind of call"`
	},
	) (*struct{ Body Ranking }, error) {
		_, t, err := s.apiTable(ctx, in.Edition, Filter{By: in.Sort, Kind: in.Kind})
		if err != nil {
			return nil, err
		}
		out := Ranking{Inputs: len(t.Inputs), Bare: t.Bare, Unshown: t.Unshown(), Hidden: t.Hidden, Tags: []Tag{}}
		for _, in := range t.Inputs {
			out.InputsPublic += one(in.Public)
		}
		for _, tag := range t.Ranked() {
			out.Tags = append(out.Tags, tag.forAll())
		}
		return &struct{ Body Ranking }{out}, nil
	})
	huma.Register(api, op("get-tag", "/topics/{tag}", "One tag with the inputs behind its figures"), func(ctx context.Context, in *struct {
		EditionParam
		Tag string `path:"tag" doc:"last part of its address"`
		Of  string `query:"of" enum:"alone,total,together" default:"total" doc:"the figure whose inputs are listed"`
	},
	) (*struct{ Body OneTag }, error) {
		_, t, err := s.apiTable(ctx, in.Edition, Filter{})
		if err != nil {
			return nil, err
		}
		tag := t.Tag(in.Tag)
		if tag == nil || !tag.Shown() {
			return nil, core.NotFound()
		}
		return &struct{ Body OneTag }{OneTag{Tag: tag.forAll(), Inputs: t.forAll(t.With(tag, in.Of)), Pairs: onePairs(t, tag)}}, nil
	})
	huma.Register(api, op("list-tag-pairs", "/topic-pairs", "Tags that stand together on inputs"), func(ctx context.Context, in *EditionParam) (*struct{ Body []OnePair }, error) {
		_, t, err := s.apiTable(ctx, in.Edition, Filter{})
		if err != nil {
			return nil, err
		}
		return &struct{ Body []OnePair }{onePairs(t, nil)}, nil
	})
	huma.Register(api, op("list-tagged-inputs", "/topic-inputs", "All inputs that everybody may read, with their tags as written and as counted"),
		func(ctx context.Context, in *EditionParam) (*struct{ Body []OneInput }, error) {
			_, t, err := s.apiTable(ctx, in.Edition, Filter{})
			if err != nil {
				return nil, err
			}
			return &struct{ Body []OneInput }{t.forAll(t.Inputs)}, nil
		})
	huma.Register(api, op("list-decided-themes", "/topic-themes", "Themes with the decisions that made them and the inputs that led to them"),
		func(ctx context.Context, in *EditionParam) (*struct{ Body []OneTheme }, error) {
			set, err := s.Setting(ctx, core.ActorOf(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			all, err := s.Themes(ctx, core.ActorOf(ctx), set)
			if err != nil {
				return nil, err
			}
			out := []OneTheme{}
			for _, x := range all.List {
				decisions := x.Decisions
				if decisions == nil {
					decisions = []Decision{}
				}
				out = append(out, OneTheme{
					Theme: x.Theme, Decisions: decisions, Led: len(x.Led), Named: len(x.Named), Withdrawn: x.Withdrawn, Elsewhere: x.Elsewhere,
					Inputs: all.Table.forAll(x.Led),
				})
			}
			return &struct{ Body []OneTheme }{out}, nil
		})
}

func (s *Service) apiTable(ctx context.Context, edition string, f Filter) (*editions.Setting, *Table, error) {
	a := core.ActorOf(ctx)
	set, err := s.Setting(ctx, a, edition)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.Table(ctx, a, set, f)
	return set, t, err
}

func onePairs(t *Table, of *Tag) []OnePair {
	out := []OnePair{}
	list, _ := shownPairs(t, of)
	for _, p := range list {
		out = append(out, OnePair{Tag: p.A.Slug, Other: p.B.Slug, Inputs: p.Inputs, Public: p.Public})
	}
	return out
}

// forAll are the inputs of a list that everybody may read.
func (t *Table) forAll(list []Input) []OneInput {
	out := []OneInput{}
	for _, in := range list {
		if !in.Public {
			continue
		}
		x := OneInput{
			ID: in.ID, Kind: in.Kind, Title: in.Title, Path: in.Path, Tags: []string{}, Written: []string{}, Themes: in.Themes,
			Group: in.Group, Region: in.Region, Country: in.Country, Submitted: in.Submitted,
		}
		if x.Themes == nil {
			x.Themes = []core.ID{}
		}
		for _, tag := range t.TagsOf(in.ID) {
			x.Tags = append(x.Tags, tag.Slug)
		}
		for _, s := range in.Tags {
			if tag := t.byFold[core.Fold(s)]; tag != nil && !tag.Hidden {
				x.Written = append(x.Written, s)
			}
		}
		out = append(out, x)
	}
	return out
}
