package schedule

import (
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

type json2Schedule struct {
	Version    string          `json:"version"`
	BaseURL    string          `json:"base_url,omitempty"`
	Conference json2Conference `json:"conference"`
	Events     []any           `json:"events"`
	Persons    []json2Person   `json:"persons"`
}

type json2Conference struct {
	Acronym     string            `json:"acronym"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Start       string            `json:"start"`
	End         string            `json:"end"`
	Slot        string            `json:"timeslot_duration,omitempty"`
	Zone        string            `json:"time_zone_name,omitempty"`
	URL         string            `json:"url,omitempty"`
	Meta        map[string]string `json:"meta,omitempty"`
	Defaults    map[string]string `json:"defaults,omitempty"`
	Tracks      []jsonTrack       `json:"tracks"`
	Rooms       []jsonRoom        `json:"rooms"`
	Days        []json2Day        `json:"days"`
}

type json2Day struct {
	Index  int    `json:"index"`
	Date   string `json:"date"`
	Starts string `json:"start"`
	Ends   string `json:"end"`
}

type json2Room struct {
	Name string `json:"name,omitempty"`
	GUID string `json:"guid"`
}

type json2Track struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

type json2Image struct {
	URL string `json:"url"`
}

type json2Event struct {
	GUID         string             `json:"guid"`
	Code         string             `json:"code,omitempty"`
	Type         string             `json:"type"`
	Start        string             `json:"start"`
	End          string             `json:"end"`
	Room         json2Room          `json:"room"`
	Slug         string             `json:"slug"`
	URL          string             `json:"url"`
	Title        string             `json:"title"`
	Subtitle     string             `json:"subtitle"`
	Language     string             `json:"language"`
	Track        json2Track         `json:"track"`
	Abstract     string             `json:"abstract"`
	Description  string             `json:"description"`
	Logo         *json2Image        `json:"logo"`
	State        string             `json:"state,omitempty"`
	Participants []json2Participant `json:"participants"`
	Links        []jsonLink         `json:"links"`
	Attachments  []jsonLink         `json:"attachments"`
}

// json2Break is an event of the kinds BREAK and META, which has neither speakers nor texts.
type json2Break struct {
	GUID     string     `json:"guid"`
	Type     string     `json:"type"`
	Start    string     `json:"start"`
	End      string     `json:"end"`
	Room     *json2Room `json:"room,omitempty"`
	Title    string     `json:"title"`
	Subtitle string     `json:"subtitle,omitempty"`
}

type json2Participant struct {
	GUID string `json:"guid"`
	Name string `json:"name"`
	Role string `json:"role"`
}

type json2Person struct {
	GUID         string `json:"guid"`
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"`
	Biography    string `json:"biography,omitempty"`
	URL          string `json:"url,omitempty"`
}

// WriteJSON2 writes schedule.json of format 2, the flat list that voc's schema2.json
// describes. What WriteXML says holds here too, but that cancelled events are written
// and said to be. Kinds, roles and languages become those that the schema lists.
func WriteJSON2(w io.Writer, s *Schedule) error {
	p, err := newPlan(s, true)
	if err != nil {
		return err
	}
	c := &s.Conference
	conf := json2Conference{
		Acronym: acronymOf(s, acronymJSON), Title: cleanLine(c.Title), Description: cleanText(c.Description),
		Zone: p.zoneName(), URL: absolute(c.URL),
		Meta: placeOf(c), Tracks: p.jsonTracks(), Rooms: p.jsonRooms(),
	}
	if c.Slot > 0 {
		conf.Slot = isoText(c.Slot)
	}
	last := p.days[0].ends
	for i, d := range p.days {
		if d.ends.After(last) {
			last = d.ends
		}
		conf.Days = append(conf.Days, json2Day{Index: i + 1, Date: d.date, Starts: instantText(d.starts), Ends: instantText(d.ends)})
	}
	first := p.days[0].starts
	if d, ok := p.planDay(Day{Date: c.Start}); ok && p.zoneName() != "" && d.date < first.Format(time.DateOnly) {
		first = d.starts
	}
	if d, ok := p.planDay(Day{Date: c.End}); ok && p.zoneName() != "" && !d.starts.Before(last) {
		last = d.ends
	}
	conf.Start, conf.End = instantText(first), instantText(last)
	out := json2Schedule{Version: cleanLine(s.Version), BaseURL: p.baseURL, Conference: conf, Events: []any{}, Persons: []json2Person{}}
	language := p.language()
	if c.Language != "" || slices.ContainsFunc(p.events, func(e planEvent) bool { return language2(e.Language) == "" }) {
		out.Conference.Defaults = map[string]string{"language": language}
	}
	listed := map[string]bool{}
	for i := range p.events {
		e := &p.events[i]
		if kind := strings.ToUpper(cleanLine(e.Type)); (kind == "BREAK" || kind == "META") && bareBreak(e) {
			out.Events = append(out.Events, p.json2Break(e, kind))
			continue
		}
		out.Events = append(out.Events, p.json2Event(e, language))
		for _, q := range e.persons {
			guid := personGUID(q)
			if listed[guid] {
				continue
			}
			listed[guid] = true
			out.Persons = append(out.Persons, p.json2Person(q, guid))
		}
	}
	return writeJSON(w, out)
}

// bareBreak says whether an event has nothing that a break could not say.
func bareBreak(e *planEvent) bool {
	return len(e.persons) == 0 && !e.Cancelled && cleanText(e.Abstract+e.Description) == "" && len(e.Links)+len(e.Attachments) == 0
}

// placeOf is where the conference is, for which the schemas have no field of their own.
func placeOf(c *Conference) map[string]string {
	var out map[string]string
	for name, value := range map[string]string{"city": cleanLine(c.City), "venue": cleanLine(c.Venue)} {
		if value != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = value
		}
	}
	return out
}

// resolve is an address relative to the file's base.
func (p *plan) resolve(to string) string {
	base, err := url.Parse(p.baseURL)
	if err != nil || p.baseURL == "" {
		return ""
	}
	ref, err := url.Parse(uriOf(to))
	if err != nil || to == "" {
		return ""
	}
	return absolute(base.ResolveReference(ref).String())
}

// personGUID is a person's GUID, which this format demands.
func personGUID(p planPerson) string {
	if p.guid != "" {
		return p.guid
	}
	return uuidOf("person", p.key)
}

// json2Person is what is known of a person, from wherever they are mentioned.
func (p *plan) json2Person(q planPerson, guid string) json2Person {
	out := json2Person{GUID: guid, Name: q.name}
	for _, one := range p.mentioned[q.key] {
		if out.Organisation == "" {
			out.Organisation = cleanLine(one.Organisation)
		}
		if out.Biography == "" {
			out.Biography = cleanText(one.Biography)
		}
		if out.URL == "" {
			out.URL = absolute(one.URL)
		}
	}
	return out
}

var (
	kinds2 = wordSet("TALK WORKSHOP HANDS-ON MEETING DISCUSSION PERFORMANCE CONCERT GAME LIGHTNING_TALK OTHER")
	roles2 = wordSet("SPEAKER MODERATOR CONTRIBUTOR HOST GUEST")
	types2 = wordSet("SLIDES PAPER WEB BLOG ARTICLE BOOK MEDIA RELATED ORIGIN ACTIVITYPUB")
	word2  = regexp.MustCompile(`[A-Z]+(?:-[A-Z]+)*`)
)

// kind2 is the kind that the schema lists for one that is written freely.
func kind2(kind string) string {
	kind = strings.ToUpper(kind)
	if kinds2[kind] {
		return kind
	}
	if strings.Contains(kind, "LIGHTNING") {
		return "LIGHTNING_TALK"
	}
	for _, w := range word2.FindAllString(kind, -1) {
		switch {
		case kinds2[w]:
			return w
		case w == "LECTURE", w == "KEYNOTE", w == "PRESENTATION":
			return "TALK"
		case w == "TUTORIAL", w == "TRAINING":
			return "WORKSHOP"
		case w == "PANEL", w == "PODIUM", w == "BOF", w == "DEBATE":
			return "DISCUSSION"
		}
	}
	return "OTHER"
}

// language is that of events that do not say: as the schedule has it, or what most are in.
func (p *plan) language() string {
	if l := language2(p.s.Conference.Language); l != "" {
		return l
	}
	count := map[string]int{}
	for i := range p.events {
		if l := language2(p.events[i].Language); l != "" {
			count[l]++
		}
	}
	best := ""
	for l, n := range count {
		if n > count[best] || n == count[best] && l < best {
			best = l
		}
	}
	if best == "" {
		return "en"
	}
	return best
}

// language2 is the code of two letters at the beginning of one.
func language2(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(cleanLine(s), "_", "-")), "-")
	if !twoLetters.MatchString(s) {
		return ""
	}
	return s
}

func (p *plan) json2Break(e *planEvent, kind string) json2Break {
	out := json2Break{
		GUID: e.guid, Type: kind, Start: instantText(e.starts), End: instantText(e.starts.Add(e.length)), Title: e.title, Subtitle: cleanLine(e.Subtitle),
	}
	if e.room >= 0 {
		out.Room = &json2Room{Name: p.rooms[e.room].Name, GUID: p.rooms[e.room].GUID}
	}
	return out
}

func (p *plan) json2Event(e *planEvent, language string) json2Event {
	out := json2Event{
		GUID: e.guid, Code: e.code, Type: kind2(cleanLine(e.Type)), Start: instantText(e.starts), End: instantText(e.starts.Add(e.length)),
		Room: json2Room{GUID: noRoom}, Slug: e.slug, URL: eventURL(e), Title: e.title, Subtitle: cleanLine(e.Subtitle),
		Language: language2(e.Language), Track: json2Track{Slug: "none"}, Abstract: cleanText(e.Abstract), Description: cleanText(e.Description),
		Participants: []json2Participant{}, Attachments: p.jsonLinks(e.Attachments, strings.ToUpper, types2),
	}
	if out.Language == "" {
		out.Language = language
	}
	if e.room >= 0 {
		out.Room = json2Room{Name: p.rooms[e.room].Name, GUID: p.rooms[e.room].GUID}
	}
	if e.track != "" {
		out.Track = json2Track{Slug: p.trackSlugs[e.track], Name: e.track}
	}
	if logo := webURL(e.Logo); logo != "" {
		out.Logo = &json2Image{logo}
	}
	if e.Cancelled {
		out.State = "CANCELED"
	}
	links := slices.DeleteFunc(slices.Clone(withVideo(e, "MEDIA")), func(l Link) bool { return strings.EqualFold(l.Type, "FEEDBACK") })
	out.Links = p.jsonLinks(links, strings.ToUpper, types2)
	if to := webURL(e.FeedbackURL); to != "" {
		out.Links = append(out.Links, jsonLink{Type: "FEEDBACK", URL: to})
	}
	for _, q := range e.persons {
		role := strings.ToUpper(cleanLine(q.Role))
		switch {
		case role == "":
			role = "SPEAKER"
		case !roles2[role]:
			role = "CONTRIBUTOR"
		}
		out.Participants = append(out.Participants, json2Participant{GUID: personGUID(q), Name: q.name, Role: role})
	}
	return out
}
