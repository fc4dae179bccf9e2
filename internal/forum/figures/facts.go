package figures

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
)

// Queries are the questions that the record is asked, by name. Each has the edition as its
// one argument; which of the rows count is said by the definition of the indicator.
var Queries = map[string]string{
	"people": `SELECT rg.id, rg.state, rg.recheck, rg.mode, rg.stakeholder, rg.country, rg.region, rg.ldc, rg.lldc, rg.sids, rg.transition,
 rg.gender, rg.first_time, rg.youth, rg.parliamentarian, rg.media, rg.high_level, rg.rank, rg.collected, rg.onsite, rg.online, rg.at_hub
FROM registrations AS rg WHERE rg.edition = ? AND rg.duplicate_of = '' ORDER BY rg.id`,

	"attendance": `SELECT at.session, at.registration, se.ref, se.day, se.state, se.invited_only
FROM attendances AS at JOIN sessions AS se ON se.id = at.session WHERE at.edition = ? ORDER BY at.session, at.registration`,

	"hub-heads": `SELECT hc.hub, hc.day, hc.session, hc.heads
FROM hub_counts AS hc JOIN hubs AS hb ON hb.id = hc.hub WHERE hb.edition = ? ORDER BY hc.hub, hc.day, hc.session`,

	"sessions": `SELECT se.id, se.ref, se.day, se.theme, ty.slug AS type, og.id AS organisation, og.kind, og.country
FROM sessions AS se JOIN session_types AS ty ON ty.id = se.type
LEFT JOIN session_roles AS ro ON ro.session = se.id AND ro.role = 'organiser' AND ro.organisation <> ''
LEFT JOIN organisations AS og ON og.id = ro.organisation
WHERE se.edition = ? AND se.state = 'scheduled' ORDER BY se.id, og.id`,

	"speakers": `SELECT ro.person, ro.role, ro.snapshot, pe.gender
FROM session_roles AS ro JOIN sessions AS se ON se.id = ro.session JOIN people AS pe ON pe.id = ro.person
WHERE se.edition = ? AND se.state = 'scheduled' AND ro.role IN ('keynote', 'speaker', 'moderator-onsite', 'moderator-online', 'chair')
ORDER BY ro.person, se.day, ro.id`,

	"organisations": `SELECT og.id, og.kind, ed.year, ed.first_day, ed.id AS edition
FROM session_roles AS ro JOIN sessions AS se ON se.id = ro.session JOIN editions AS ed ON ed.id = se.edition
JOIN organisations AS og ON og.id = ro.organisation
WHERE se.state = 'scheduled' AND ed.first_day <= (SELECT now.first_day FROM editions AS now WHERE now.id = ?) ORDER BY og.id, ed.first_day`,

	"proposals": `SELECT pr.id, ca.kind, pr.answers, pp.stakeholder, pp.country
FROM proposals AS pr JOIN calls AS ca ON ca.id = pr.call
LEFT JOIN proposal_people AS pp ON pp.proposal = pr.id AND pp.means = 'organiser' AND pp.gone = FALSE
WHERE pr.edition = ? AND pr.submitted IS NOT NULL AND pr.state <> 'withdrawn' AND ca.kind NOT IN ('registration', 'travel-support')
ORDER BY pr.id, pp.position`,

	"texts": `SELECT rp.id, 'report' AS kind FROM reports AS rp WHERE rp.edition = ?0 AND rp.state = 'published' AND rp.kind = 'report'
UNION ALL SELECT dp.para AS id, 'messages' AS kind FROM message_sets AS ms JOIN documents AS dc ON dc.id = ms.document
JOIN document_revisions AS dr ON dr.document = dc.id AND dr.number = dc.published_revision
JOIN document_paragraphs AS dp ON dp.revision = dr.id AND dp.kind = 'paragraph'
WHERE ms.edition = ?0 ORDER BY 2, 1`,

	"grantees": `(asked of the room of travel support)`,
}

type personRow struct {
	ID         core.ID      `bun:"id"`
	State      string       `bun:"state"`
	Recheck    bool         `bun:"recheck"`
	Mode       string       `bun:"mode"`
	Group      string       `bun:"stakeholder"`
	Country    string       `bun:"country"`
	Region     string       `bun:"region"`
	LDC        bool         `bun:"ldc"`
	LLDC       bool         `bun:"lldc"`
	SIDS       bool         `bun:"sids"`
	Transition bool         `bun:"transition"`
	Gender     string       `bun:"gender"`
	First      string       `bun:"first_time"`
	Youth      bool         `bun:"youth"`
	Parliament bool         `bun:"parliamentarian"`
	Media      bool         `bun:"media"`
	HighLevel  bool         `bun:"high_level"`
	Rank       string       `bun:"rank"`
	Collected  core.Instant `bun:"collected"`
	Onsite     core.Instant `bun:"onsite"`
	Online     core.Instant `bun:"online"`
	AtHub      core.Instant `bun:"at_hub"`
}

type presence struct {
	Session core.ID `bun:"session"`
	Person  core.ID `bun:"registration"`
	Ref     string  `bun:"ref"`
	Day     string  `bun:"day"`
	State   string  `bun:"state"`
	Invited bool    `bun:"invited_only"`
}

type headsRow struct {
	Hub     core.ID `bun:"hub"`
	Day     string  `bun:"day"`
	Session string  `bun:"session"`
	Heads   int     `bun:"heads"`
}

type sessionRow struct {
	ID           core.ID `bun:"id"`
	Ref          string  `bun:"ref"`
	Day          string  `bun:"day"`
	Theme        core.ID `bun:"theme"`
	Type         string  `bun:"type"`
	Organisation core.ID `bun:"organisation"`
	Kind         string  `bun:"kind"`
	Country      string  `bun:"country"`
}

type speakerRow struct {
	Person   core.ID         `bun:"person"`
	Role     string          `bun:"role"`
	Snapshot people.Snapshot `bun:"snapshot,type:jsonb"`
	Gender   string          `bun:"gender"`
}

type organisationRow struct {
	ID       core.ID `bun:"id"`
	Kind     string  `bun:"kind"`
	Year     int     `bun:"year"`
	FirstDay string  `bun:"first_day"`
	Edition  core.ID `bun:"edition"`
}

type proposalRow struct {
	ID      core.ID         `bun:"id"`
	Kind    string          `bun:"kind"`
	Answers json.RawMessage `bun:"answers,type:jsonb"`
	Group   string          `bun:"stakeholder"`
	Country string          `bun:"country"`
}

type textRow struct {
	ID   string `bun:"id"`
	Kind string `bun:"kind"`
}

// facts are the answers of the record about one edition.
type facts struct {
	set           *editions.Setting
	least         int
	people        []personRow
	presences     []presence
	heads         []headsRow
	sessions      []sessionRow
	speakers      []speakerRow
	organisations []organisationRow
	proposals     []proposalRow
	texts         []textRow
	grantees      []Grantee
	regionOf      func(country string) string
	classesOf     func(country string) []string
}

// read asks the record all queries for one edition.
func (s *Service) read(ctx context.Context, idb bun.IDB, set *editions.Setting, least int) (*facts, error) {
	x := &facts{
		set: set, least: least, regionOf: s.Vocab.RegionOf,
		classesOf: func(country string) []string { return s.Vocab.ClassesOf(country, set.FirstDay) },
	}
	for name, into := range map[string]any{
		"people": &x.people, "attendance": &x.presences, "hub-heads": &x.heads, "sessions": &x.sessions, "speakers": &x.speakers,
		"organisations": &x.organisations, "proposals": &x.proposals, "texts": &x.texts,
	} {
		if err := idb.NewRaw(Queries[name], set.ID).Scan(ctx, into); err != nil {
			return nil, fmt.Errorf("ask for %s: %w", name, err)
		}
	}
	if s.Grantees != nil {
		var err error
		if x.grantees, err = s.Grantees(ctx, set.ID); err != nil {
			return nil, fmt.Errorf("ask for grantees: %w", err)
		}
	}
	return x, nil
}

// themeOf is the first theme that a proposal names.
func (p proposalRow) themeOf() string {
	var a calls.Answers
	if json.Unmarshal(p.Answers, &a) != nil {
		return ""
	}
	if many := a["theme"].Many; len(many) > 0 {
		return many[0]
	}
	return ""
}
