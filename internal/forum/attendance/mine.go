package attendance

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
)

// JoinLink is somebody's own way into a session.
type JoinLink struct {
	Session core.ID      `json:"session"`
	Ref     string       `json:"ref"`
	Title   core.Text    `json:"title"`
	Starts  core.Instant `json:"starts"`
	Ends    core.Instant `json:"ends"`
	Opens   core.Instant `json:"opens" doc:"when the door opens"`
	State   string       `json:"state" enum:"untimed,closed,open,over,cancelled"`
	URL     string       `json:"url" doc:"yours alone; it asks who is there"`
	Own     bool         `json:"own" doc:"you keep the session, or have a role in it"`

	door  *Door
	token string
}

// own is the actor's registration. SignIn for a visitor; NotFound for who is not registered.
func (s *Service) own(ctx context.Context, a core.Actor, set *editions.Setting) (*participation.Registration, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	r, err := s.Participation.Mine(ctx, a, set)
	if err == nil && r == nil {
		err = core.NotFound()
	}
	return r, err
}

// Links are the join links of the actor in an edition, in the order of time; none where she
// is not admitted. SignIn for a visitor; NotFound for who is not registered.
func (s *Service) Links(ctx context.Context, a core.Actor, set *editions.Setting) ([]JoinLink, error) {
	r, err := s.own(ctx, a, set)
	if err != nil || !r.MayJoin() {
		return nil, err
	}
	doors, err := s.doorsFor(ctx, set, r, nil)
	if err != nil {
		return nil, err
	}
	tokens, err := s.tokensFor(ctx, r, doors)
	if err != nil {
		return nil, err
	}
	mine, err := s.Agenda.Mine(ctx, a, set)
	if err != nil {
		return nil, err
	}
	own := map[core.ID]bool{}
	for _, it := range mine.Items {
		own[it.Session.ID] = true
	}
	now := s.rec.Clock.Instant()
	out := make([]JoinLink, 0, len(doors))
	for i := range doors {
		d := &doors[i]
		out = append(out, JoinLink{
			Session: d.ID, Ref: d.Ref, Title: d.Title, Starts: d.Starts, Ends: d.Ends, Opens: d.Opens(), State: d.At(now),
			URL: s.Participation.BaseURL + pathOf(tokens[d.ID]), Own: own[d.ID], door: d, token: tokens[d.ID],
		})
	}
	return out, nil
}

// LinkTo is the actor's join link to one session, by its reference: NotFound for who is not
// admitted, or not invited to it.
func (s *Service) LinkTo(ctx context.Context, a core.Actor, set *editions.Setting, ref string) (JoinLink, error) {
	r, err := s.own(ctx, a, set)
	if err != nil {
		return JoinLink{}, err
	}
	x, err := s.Participation.Programme.Session(ctx, a, set, ref)
	if err != nil {
		return JoinLink{}, err
	}
	return s.linkOf(ctx, set, r, x.ID)
}

func (s *Service) linkOf(ctx context.Context, set *editions.Setting, r *participation.Registration, session core.ID) (JoinLink, error) {
	if !r.MayJoin() {
		return JoinLink{}, core.NotFound()
	}
	doors, err := s.doorsFor(ctx, set, r, []core.ID{session})
	if err != nil {
		return JoinLink{}, err
	}
	if len(doors) == 0 {
		return JoinLink{}, core.NotFound()
	}
	tokens, err := s.tokensFor(ctx, r, doors)
	d := &doors[0]
	return JoinLink{
		Session: d.ID, Ref: d.Ref, Title: d.Title, Starts: d.Starts, Ends: d.Ends, Opens: d.Opens(), State: d.At(s.rec.Clock.Instant()),
		URL: s.Participation.BaseURL + pathOf(tokens[d.ID]), door: d, token: tokens[d.ID],
	}, err
}

// HubLinks are the join links of a hub, for its moderator.
type HubLinks struct {
	Hub   participation.Hub
	Links []JoinLink
}

// HubLinks are the links of the hubs that the actor moderates in an edition: to every session
// that is not for those invited alone. Two queries.
func (s *Service) HubLinks(ctx context.Context, a core.Actor, set *editions.Setting) ([]HubLinks, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	hubs, err := hubsOf(ctx, s.rec.DB.Read, set.ID, a.Account)
	if err != nil || len(hubs) == 0 {
		return nil, err
	}
	key, err := s.Participation.Key(ctx, joinKey)
	if err != nil {
		return nil, err
	}
	doors, err := doorsOf(ctx, s.rec.DB.Read, set.ID, nil)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	var out []HubLinks
	for _, h := range hubs {
		l := HubLinks{Hub: h}
		for i := range doors {
			d := &doors[i]
			if d.Restricted() || d.State != programme.StateScheduled || d.At(now) == Over {
				continue
			}
			d.Set = set
			t := token{ofHub, h.ID, d.ID, sign(key, ofHub, h.ID, d.ID, string(h.Moderator))}.String()
			l.Links = append(l.Links, JoinLink{
				Session: d.ID, Ref: d.Ref, Title: d.Title, Starts: d.Starts, Ends: d.Ends, Opens: d.Opens(), State: d.At(now),
				URL: s.Participation.BaseURL + pathOf(t), door: d, token: t,
			})
		}
		out = append(out, l)
	}
	return out, nil
}

// Attended is a session in which somebody was.
type Attended struct {
	Attendance
	Ref    string       `json:"ref"`
	Title  core.Text    `json:"title"`
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
	Day    string       `json:"day"`
}

// attended are the sessions in which somebody was, in the order of time. Two queries. Its
// caller has asked for the right.
func (s *Service) attended(ctx context.Context, r *participation.Registration) ([]Attended, error) {
	list, err := attendedBy(ctx, s.rec.DB.Read, r.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]core.ID, len(list))
	byID := map[core.ID]Attendance{}
	for i, a := range list {
		ids[i] = a.Session
		byID[a.Session] = a
	}
	doors, err := doorsOf(ctx, s.rec.DB.Read, r.Edition, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Attended, 0, len(doors))
	for _, d := range doors {
		out = append(out, Attended{byID[d.ID], d.Ref, d.Title, d.Starts, d.Ends, d.Day})
	}
	return out, nil
}
