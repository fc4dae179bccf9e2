package participation

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// DeskParam names an edition and how the list of its registrations is narrowed, as the
// address of the page does.
type DeskParam struct {
	Edition    string   `path:"edition" doc:"slug of the edition"`
	Q          string   `query:"q" doc:"words of the name, organisation or address, in any script, or a number"`
	Sort       string   `query:"sort" enum:"newest,name,organisation,waiting" default:"newest"`
	State      []string `query:"state,explode"`
	Category   []string `query:"category,explode" doc:"ids of categories"`
	Mode       []string `query:"mode,explode"`
	Group      []string `query:"group,explode" doc:"stakeholder groups"`
	Region     []string `query:"region,explode"`
	Country    []string `query:"country,explode"`
	Class      []string `query:"class,explode" doc:"ldc, lldc, sids, transition"`
	Delegation []string `query:"delegation,explode"`
	Hub        []string `query:"hub,explode"`
	Need       []string `query:"need,explode" doc:"access, diet, visa: all of them are met"`
	Flag       []string `query:"flag,explode" doc:"recheck, double, note, session, high-level, parliament, media, youth, first: all of them are met"`
}

func (p DeskParam) choice() Choice {
	v := url.Values{
		"q": {p.Q}, "sort": {p.Sort}, "state": p.State, "category": p.Category, "mode": p.Mode, "group": p.Group, "region": p.Region, "country": p.Country,
		"class": p.Class, "delegation": p.Delegation, "hub": p.Hub, "need": p.Need, "flag": p.Flag,
	}
	return ReadChoice(v)
}

// DeskBody is a part of the list of registrations.
type DeskBody struct {
	Items  []Registration            `json:"items"`
	Next   string                    `json:"next,omitempty" doc:"cursor of the next page"`
	Total  int                       `json:"total" doc:"how many the filters leave"`
	All    int                       `json:"all" doc:"how many the edition has"`
	Counts map[string]map[string]int `json:"counts" doc:"by filter and value"`
}

// DecideBody is something that is done to many registrations.
type DecideBody struct {
	Do       string       `json:"do" required:"true" enum:"approve,decline,wait,reopen,category,high-level,ordinary,rank,letter,double"`
	Numbers  []int        `json:"numbers" required:"true" maxItems:"20000" doc:"of the registrations"`
	AsOf     core.Instant `json:"as_of" required:"false" doc:"what changed since is left as it is"`
	Reasons  []string     `json:"reasons" required:"false" doc:"usual reasons to decline: incomplete, accreditation, double, capacity, unverified, eligible"`
	Own      core.Text    `json:"own" required:"false" doc:"the reason in own words"`
	Category string       `json:"category,omitempty" doc:"code of a category"`
	Rank     string       `json:"rank,omitempty"`
	Keep     int          `json:"keep,omitempty" doc:"of doubles, the number that is kept"`
}

// DecidedBody is what became of it.
type DecidedBody struct {
	Changed int            `json:"changed"`
	Waiting int            `json:"waiting" doc:"of those, how many wait because their category is full"`
	Left    map[string]int `json:"left,omitempty" doc:"how many were left as they are, by reason"`
}

// DeskNumber is a registration of an edition in an address.
type DeskNumber struct {
	Edition string `path:"edition" doc:"slug of the edition"`
	Number  string `path:"number" doc:"number of the registration"`
}

// deskAPI registers the operations of the staff.
func (s *Service) deskAPI(api huma.API) {
	tags := []string{"Participation"}
	path := "/api/v1/editions/{edition}/registrations"
	huma.Register(api, huma.Operation{
		OperationID: "list-registrations", Method: http.MethodGet, Path: path, Tags: tags, Summary: "Registrations of an edition (staff)",
	}, func(ctx context.Context, in *struct {
		DeskParam
		Cursor string `query:"cursor"`
		Limit  int    `query:"limit" minimum:"0" maximum:"500"`
	},
	) (*struct{ Body DeskBody }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		d, err := s.List(ctx, a, set, in.choice(), core.Page{Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := DeskBody{Items: d.Rows, Next: d.Next, Total: d.Count, All: d.Total, Counts: map[string]map[string]int{}}
		for f, name := range FacetNames {
			out.Counts[name] = d.Counts[f]
		}
		return &struct{ Body DeskBody }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "decide-registrations", Method: http.MethodPost, Path: path + "/decide", Tags: tags,
		Summary: "Approve, decline or otherwise change many registrations (staff)",
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition"`
		Body    DecideBody
	},
	) (*struct{ Body DecidedBody }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		x := in.Body
		p, err := s.Bulk(ctx, a, set, BulkInput{
			Do: x.Do, Numbers: x.Numbers, AsOf: x.AsOf, Reasons: x.Reasons, Own: x.Own, Category: x.Category, Rank: x.Rank, Keep: x.Keep,
		})
		return &struct{ Body DecidedBody }{DecidedBody{p.Changes, p.Waits, p.Refused}}, err
	})
	s.notesAPI(api, path+"/{number}/notes", tags)
}

func (s *Service) notesAPI(api huma.API, path string, tags []string) {
	asked := func(ctx context.Context, in DeskNumber) (core.Actor, *Registration, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return a, nil, err
		}
		if err := checkStaff(a, set.ID); err != nil {
			return a, nil, err
		}
		r, err := s.ByNumber(ctx, a, set, in.Number)
		return a, r, err
	}
	huma.Register(api, huma.Operation{
		OperationID: "list-registration-notes", Method: http.MethodGet, Path: path, Tags: tags, Summary: "Notes of the staff on a registration (staff)",
	}, func(ctx context.Context, in *DeskNumber) (*struct{ Body core.List[Note] }, error) {
		a, r, err := asked(ctx, *in)
		if err != nil {
			return nil, err
		}
		list, err := s.Notes(ctx, a, r)
		return &struct{ Body core.List[Note] }{core.List[Note]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "add-registration-note", Method: http.MethodPost, Path: path, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Note something of a registration (staff)",
	}, func(ctx context.Context, in *struct {
		DeskNumber
		Body NoteInput
	},
	) (*struct{ Body Note }, error) {
		a, r, err := asked(ctx, in.DeskNumber)
		if err != nil {
			return nil, err
		}
		n, err := s.AddNote(ctx, a, r, in.Body)
		return &struct{ Body Note }{n}, err
	})
}
