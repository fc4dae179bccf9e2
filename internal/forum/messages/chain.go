package messages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
)

// Chain is the way of one Message from its sentences down to the seconds and the people
// that they rest on. Paths are permanent, in no language, and can be asked at the same
// server; times are UTC.
type Chain struct {
	Edition   string              `json:"edition"`
	Number    int                 `json:"number"`
	Path      string              `json:"path" doc:"the page of this chain"`
	Message   string              `json:"message" doc:"the page of the Message"`
	ID        string              `json:"id" doc:"permanent name: document#paragraph"`
	State     string              `json:"state" enum:"drafted,published,final"`
	Revision  int                 `json:"revision"`
	Hash      string              `json:"hash,omitempty" doc:"SHA-256 of the frozen text"`
	Published core.Instant        `json:"published" doc:"when this revision was"`
	Text      core.Text           `json:"text"`
	Sentences []ChainSentence     `json:"sentences"`
	Sources   []ChainSource       `json:"sources" doc:"of the Message as a whole"`
	Dissent   []documents.Dissent `json:"dissent"`
}

// ChainSentence is one sentence with what it rests on.
type ChainSentence struct {
	Number   int           `json:"number"`
	Path     string        `json:"path"`
	Text     string        `json:"text" doc:"in the original language"`
	Degree   string        `json:"degree,omitempty" doc:"code of the vocabulary of support"`
	OwnWords string        `json:"own_words,omitempty" doc:"why it stands there, where it is the drafters' own"`
	Bare     bool          `json:"bare,omitempty" doc:"it rests on nothing yet"`
	Sources  []ChainSource `json:"sources"`
}

// ChainSource is a takeaway, a session, a moment or a paragraph on which a sentence
// rests.
type ChainSource struct {
	Kind     string `json:"kind" enum:"takeaway,session,segment,paragraph,link"`
	Ref      string `json:"id"`
	Path     string `json:"path,omitempty"`
	Part     string `json:"part,omitempty" enum:"takeaway,call" doc:"of a takeaway"`
	Para     string `json:"paragraph,omitempty"`
	Revision int    `json:"revision,omitempty" doc:"which version of the report or paper is shown"`
	// Past: a correction took the takeaway out of the report; this is how it was.
	Past    bool          `json:"past,omitempty" doc:"a correction took it out; this is how it was published"`
	Text    core.Text     `json:"text"`
	Title   core.Text     `json:"title" doc:"of the paper"`
	Session *ChainSession `json:"session,omitempty"`
	Moments []ChainMoment `json:"moments"`
	People  []ChainPerson `json:"people" doc:"whom it is pinned to; where it is pinned to nobody, all who have a role in the session"`
	Pinned  bool          `json:"pinned" doc:"people and moments are those that the rapporteur or drafter pinned"`
	Texts   []ChainText   `json:"texts" doc:"paragraphs of statements and papers that a takeaway is pinned to"`
}

// ChainSession is the session of a source.
type ChainSession struct {
	ID     core.ID      `json:"id"`
	Ref    string       `json:"ref"`
	Path   string       `json:"path"`
	Title  core.Text    `json:"title"`
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
}

// ChainMoment is a moment of a transcript.
type ChainMoment struct {
	ID          core.ID      `json:"id"`
	Path        string       `json:"path"`
	Start       string       `json:"start,omitempty" doc:"since the transcript's zero, 00:41:07"`
	At          core.Instant `json:"at" doc:"by the wall clock"`
	Lang        string       `json:"lang"`
	Speaker     string       `json:"speaker,omitempty" doc:"as captioned"`
	Text        string       `json:"text"`
	Source      string       `json:"source" enum:"human,imported,machine"`
	Final       bool         `json:"final"`
	Corrected   bool         `json:"corrected"`
	Revision    int          `json:"revision"`
	Recording   string       `json:"recording,omitempty" doc:"address of the recording at that second"`
	RecordingAt string       `json:"recording_at,omitempty"`
	Person      *ChainPerson `json:"person,omitempty"`
}

// ChainPerson is a person with the roles and affiliations of the day of the session.
type ChainPerson struct {
	ID           core.ID                  `json:"id,omitempty"`
	Name         string                   `json:"name"`
	Names        core.Text                `json:"-"`
	Path         string                   `json:"path,omitempty"`
	Roles        []string                 `json:"roles"`
	Affiliations []people.SnapAffiliation `json:"affiliations"`
	Group        string                   `json:"group,omitempty"`
	Country      string                   `json:"country,omitempty"`
	Region       string                   `json:"region,omitempty"`
	Organisation bool                     `json:"organisation,omitempty" doc:"it is no person"`
}

// In is the name for a reader of a language.
func (p ChainPerson) In(lang string) string { return cmp.Or(p.Names.By[lang], p.Name) }

// ChainText is a paragraph of a paper.
type ChainText struct {
	Ref   string    `json:"id"`
	Path  string    `json:"path,omitempty"`
	Title core.Text `json:"title"`
	Text  core.Text `json:"text"`
}

// chain is the way of one Message.
func (t trace) chain(set *editions.Setting, v View, m Message) Chain {
	message := set.Path() + "/messages/" + strconv.Itoa(m.N)
	c := Chain{
		Edition: set.Slug, Number: m.N, Message: message, Path: message + "/provenance", State: v.State, Revision: v.Revision.Number,
		ID: documents.ParaRef(v.Set.Document, m.Para.ID), Hash: v.Revision.Hash, Published: v.Revision.Issued, Text: m.Para.Text,
		Sentences: []ChainSentence{}, Sources: []ChainSource{}, Dissent: []documents.Dissent{},
	}
	c.Dissent = append(c.Dissent, m.Para.Attrs.Dissent...)
	bare := m.bare()
	for i, text := range m.Para.Sentences() {
		n := i + 1
		cs := ChainSentence{
			Number: n, Path: c.Path + "#s" + strconv.Itoa(n), Text: strings.TrimSpace(text), Degree: m.Para.Attrs.Degree(n),
			Bare: slices.Contains(bare, n), Sources: []ChainSource{},
		}
		for _, src := range m.Para.Sources {
			if src.Sentence != n {
				continue
			}
			if src.Kind == SourceOwn {
				cs.OwnWords = src.Note
			} else if x, ok := t.source(src); ok {
				cs.Sources = append(cs.Sources, x)
			}
		}
		c.Sentences = append(c.Sentences, cs)
	}
	for _, src := range m.Para.Sources {
		if x, ok := t.source(src); ok && src.Sentence == 0 {
			c.Sources = append(c.Sources, x)
		}
	}
	return c
}

// source follows one source; false where it leads nowhere that the reader may go.
func (t trace) source(src documents.Source) (ChainSource, bool) {
	x := ChainSource{Kind: src.Kind, Ref: src.Ref, Moments: []ChainMoment{}, People: []ChainPerson{}, Texts: []ChainText{}}
	switch src.Kind {
	case SourceTakeaway:
		return t.takeaway(x)
	case SourceSession:
		ses := t.sessions[core.ID(src.Ref)]
		if ses == nil {
			return x, false
		}
		x.Session, x.Path, x.People = chainSession(ses), ses.Path(), everybody(ses)
	case floor.SourceSegment:
		m, ok := t.moments[core.ID(src.Ref)]
		if !ok {
			return x, false
		}
		x.pin(t, m)
		x.Path, x.Text = m.Path, core.NewText(m.Lang, m.Text)
		if ses := t.sessions[m.Session]; ses != nil {
			x.Session = chainSession(ses)
		}
	case documents.SourceParagraph:
		p, ok := t.paras[src.Ref]
		if !ok {
			return x, false
		}
		x.Path, x.Text, x.Title, x.Para, x.Revision = t.paths[p.doc]+"#"+p.ID, p.Text, t.docs[p.doc].Title, p.ID, p.revision
	case documents.SourceLink:
		x.Path, x.Title = src.Ref, core.NewText("en", cmp.Or(src.Note, src.Ref))
	default:
		return x, false
	}
	return x, true
}

func (t trace) takeaway(x ChainSource) (ChainSource, bool) {
	p, past := t.point(x.Ref)
	ses := t.sessions[p.Session]
	if p.Ref == "" || ses == nil {
		return x, false
	}
	x.Session, x.Para, x.Revision, x.Text, x.Past = chainSession(ses), p.Para, p.Revision, p.Text, past
	x.Part = cmp.Or(p.Part, reports.PartTakeaway)
	x.Path = ses.Path() + "/report#" + p.Para
	if past {
		doc, _ := documents.ReadParaRef(x.Ref)
		x.Path = "/documents/" + string(doc) + "/revisions/" + strconv.Itoa(p.Revision) + "#" + p.Para
	}
	for _, pin := range p.Sources {
		switch pin.Kind {
		case floor.SourceSegment:
			if m, ok := t.moments[core.ID(pin.Ref)]; ok {
				x.pin(t, m)
			}
		case SourcePerson:
			if who, ok := t.personOn(core.ID(pin.Ref), ses); ok {
				x.person(who)
			}
		case documents.SourceParagraph:
			if q, ok := t.paras[pin.Ref]; ok {
				x.Texts = append(x.Texts, ChainText{Ref: pin.Ref, Path: t.paths[q.doc] + "#" + q.ID, Title: t.docs[q.doc].Title, Text: q.Text})
			}
		}
	}
	if len(x.People) == 0 {
		x.People = everybody(ses)
	}
	return x, true
}

// pin notes a moment and who spoke in it.
func (x *ChainSource) pin(t trace, m floor.Moment) {
	c := ChainMoment{
		ID: m.Segment, Path: m.Path, At: m.At, Lang: m.Lang, Speaker: m.Speaker, Text: m.Text, Source: m.Source, Final: m.Final,
		Corrected: m.Corrected, Revision: m.Revision, Recording: m.Recording,
	}
	if m.Start >= 0 {
		c.Start = floor.FormatTime(m.Start)
	}
	if m.Recording != "" {
		c.RecordingAt = floor.FormatTime(m.RecordingAt)
	}
	if who, ok := t.personOn(m.Person, t.sessions[m.Session]); ok {
		c.Person = &who
		x.person(who)
	}
	x.Moments, x.Pinned = append(x.Moments, c), true
}

func (x *ChainSource) person(who ChainPerson) {
	x.Pinned = true
	if !slices.ContainsFunc(x.People, func(p ChainPerson) bool { return p.ID == who.ID }) {
		x.People = append(x.People, who)
	}
}

// personOn is a person with her roles in a session and her affiliations of its day. Who
// has no role in it is named only if her page is public.
func (t trace) personOn(id core.ID, ses *programme.Session) (ChainPerson, bool) {
	if id == "" || ses == nil {
		return ChainPerson{}, false
	}
	for _, p := range everybody(ses) {
		if p.ID == id {
			return p, true
		}
	}
	p, ok := t.persons[id]
	if !ok || !p.Public {
		return ChainPerson{}, false
	}
	who := ChainPerson{ID: p.ID, Name: p.Address(), Names: p.Names, Path: p.Path(), Roles: []string{}}
	who.snap(people.SnapshotOf(p, t.affs[id], ses.Day))
	return who, true
}

func (p *ChainPerson) snap(s people.Snapshot) {
	p.Affiliations = append([]people.SnapAffiliation{}, s.Affiliations...)
	p.Group, p.Country, p.Region = s.Group, s.Country, s.Region
}

// everybody are the people with a role in a session, each once with all her roles;
// organisations count as well.
func everybody(ses *programme.Session) []ChainPerson {
	out := []ChainPerson{}
	for _, r := range ses.Roles {
		name := r.Name
		if r.Person == "" {
			name = r.OrganisationName.String()
		}
		if name == "" {
			continue
		}
		id := cmp.Or(r.Person, r.Organisation)
		if i := slices.IndexFunc(out, func(p ChainPerson) bool { return p.ID == id && id != "" }); i >= 0 {
			if !slices.Contains(out[i].Roles, r.Role) {
				out[i].Roles = append(out[i].Roles, r.Role)
			}
			continue
		}
		p := ChainPerson{ID: id, Name: name, Names: r.Names, Path: cmp.Or(r.Path, r.OrganisationPath), Roles: []string{r.Role}}
		p.snap(r.Snapshot)
		if r.Person == "" {
			p.Names, p.Organisation = r.OrganisationName, true
		}
		out = append(out, p)
	}
	return out
}

func chainSession(ses *programme.Session) *ChainSession {
	return &ChainSession{ID: ses.ID, Ref: ses.Ref, Path: ses.Path(), Title: ses.Title, Starts: ses.Starts, Ends: ses.Ends}
}
