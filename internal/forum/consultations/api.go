package consultations

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Export gives a consultation with all comments, moderation and challenges, as the actor
// may read them.
func (s *Service) Export(ctx context.Context, a core.Actor, c Consultation) (Export, error) {
	list, err := s.Comments(ctx, a, c, CommentFilter{All: true})
	if err != nil {
		return Export{}, err
	}
	acts, err := s.Acts(ctx, c, 0)
	if err != nil {
		return Export{}, err
	}
	challenges, err := s.ChallengesOf(ctx, c)
	if err != nil {
		return Export{}, err
	}
	return Export{Consultation: c, State: s.State(c), Comments: list.Items, Moderation: nonNil(acts), Challenges: nonNil(challenges)}, nil
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Log is what was done with a consultation itself, the newest first: the public events.
func (s *Service) Log(ctx context.Context, c Consultation) ([]record.Event, error) {
	list, err := s.rec.Events(ctx, record.Query{Subjects: []core.ID{c.ID}, Page: core.Page{Limit: 100}})
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return list.Items, nil
}

// ConsultationState is a consultation with its state at this moment.
type ConsultationState struct {
	Consultation

	State string `json:"state" enum:"planned,open,closed,answered,challenged,ended"`
}

// RefParam names a consultation in an address.
type RefParam struct {
	Ref string `path:"ref" doc:"permanent reference of the consultation"`
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/consultations" + path, Summary: summary, Tags: []string{"Consultations"}}
	}
	huma.Register(api, op("list-consultations", http.MethodGet, "", "Public reviews of texts"), func(ctx context.Context, in *struct {
		Edition  string `query:"edition" doc:"id of an edition"`
		Document string `query:"document" doc:"id of a document"`
	},
	) (*struct {
		Body core.List[ConsultationState]
	}, error,
	) {
		f := Filter{Edition: core.ID(in.Edition)}
		if in.Document != "" {
			f.Documents = []core.ID{core.ID(in.Document)}
		}
		list, err := s.List(ctx, core.ActorOf(ctx), f)
		out := core.List[ConsultationState]{Items: []ConsultationState{}, Total: len(list)}
		for _, c := range list {
			out.Items = append(out.Items, ConsultationState{c, s.State(c)})
		}
		return &struct {
			Body core.List[ConsultationState]
		}{out}, err
	})
	huma.Register(api, op("get-consultation", http.MethodGet, "/{ref}", "One public review with its rules and times"), func(ctx context.Context, in *RefParam) (*struct{ Body ConsultationState }, error) {
		c, err := s.Get(ctx, core.ActorOf(ctx), in.Ref)
		return &struct{ Body ConsultationState }{ConsultationState{c, s.State(c)}}, err
	})
	huma.Register(api, op("list-comments", http.MethodGet, "/{ref}/comments", "Comments with their places, dispositions and changes"), s.apiComments)
	huma.Register(api, op("get-comment", http.MethodGet, "/{ref}/comments/{n}", "One comment: its receipt"), func(ctx context.Context, in *struct {
		RefParam
		N int `path:"n"`
	},
	) (*struct{ Body Comment }, error) {
		c, err := s.Get(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		co, err := s.One(ctx, core.ActorOf(ctx), c, in.N)
		return &struct{ Body Comment }{co}, err
	})
	huma.Register(api, op("list-review-changes", http.MethodGet, "/{ref}/changes", "Each changed sentence with the comments that led to it"), func(ctx context.Context, in *struct {
		RefParam
		From int `query:"from" doc:"revision; that on which the window opened without it"`
		To   int `query:"to" doc:"revision; the newest published without it"`
	},
	) (*struct{ Body []Change }, error) {
		c, err := s.Get(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		if in.From == 0 {
			in.From = c.Revision
		}
		if in.To == 0 {
			d, err := s.docs.See(ctx, core.ActorOf(ctx), c.Document)
			if err != nil {
				return nil, err
			}
			if in.To = d.Published; in.To <= in.From {
				return &struct{ Body []Change }{[]Change{}}, nil
			}
		}
		list, err := s.Changes(ctx, core.ActorOf(ctx), c.Document, in.From, in.To)
		return &struct{ Body []Change }{nonNil(list)}, err
	})
	huma.Register(api, op("get-synthesis", http.MethodGet, "/{ref}/synthesis", "Comments counted by theme, group, region or language"), func(ctx context.Context, in *struct {
		RefParam
		By string `query:"by" enum:"theme,group,region,language" default:"theme"`
	},
	) (*struct{ Body []Bucket }, error) {
		c, err := s.Get(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		list, err := s.Synthesis(ctx, core.ActorOf(ctx), c, in.By)
		return &struct{ Body []Bucket }{nonNil(list)}, err
	})
	post := op("make-comment", http.MethodPost, "/{ref}/comments", "Hand in a comment, signed in")
	post.DefaultStatus = http.StatusCreated
	huma.Register(api, post, func(ctx context.Context, in *struct {
		RefParam
		Body CommentInput
	},
	) (*struct{ Body Comment }, error) {
		co, err := s.Comment(ctx, core.ActorOf(ctx), in.Ref, ViaAPI, in.Body)
		if err != nil {
			return nil, err
		}
		c, err := s.Get(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		co, err = s.One(ctx, core.ActorOf(ctx), c, co.Number)
		return &struct{ Body Comment }{co}, err
	})
}

func (s *Service) apiComments(ctx context.Context, in *struct {
	RefParam
	Paragraph   string `query:"paragraph"`
	Group       string `query:"group"`
	Region      string `query:"region"`
	Language    string `query:"language"`
	Disposition string `query:"disposition" enum:"none,accepted,in-part,rejected,out-of-scope,duplicate"`
	Revision    int    `query:"revision" doc:"where they stand in this revision; the newest published without it"`
	Cursor      string `query:"cursor"`
	Limit       int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
},
) (*struct{ Body core.List[Comment] }, error) {
	a := core.ActorOf(ctx)
	c, err := s.Get(ctx, a, in.Ref)
	if err != nil {
		return nil, err
	}
	list, err := s.Comments(ctx, a, c, CommentFilter{
		Revision: in.Revision, Para: in.Paragraph, Group: in.Group, Region: in.Region, Lang: in.Language, Disposition: in.Disposition,
		Page: core.Page{Cursor: in.Cursor, Limit: in.Limit},
	})
	return &struct{ Body core.List[Comment] }{list}, err
}
