package corpus

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// data holds all prose and names. countries.csv carries the UN's short names as published
// in the UNTERM columns of github.com/datasets/country-codes (PDDL); the rest was
// written for this package.
//
//go:embed data
var data embed.FS

// themeKeys is the order of the themes.
var themeKeys = []string{"ai", "data", "security", "rights", "inclusion", "environment", "network", "cooperation"}

type texts struct {
	themes    []themeText
	special   []specialText
	main      []mainText
	phrases   phrases
	cultures  []culture
	countries []country
	byCode    map[string]country
	orgs      map[string][]string
	orgNames  orgNames
	bodies    []bodyText
	titles    map[string][]string
	high      map[string][]string
	deny      [][]string // words of names to avoid
	translate translations
}

type themeText struct {
	Key, Name, Summary string
	Topics             []topicText
}

type topicText struct {
	Key, Name, Subject string
	SDGs               []int
	Lines, Tags        []string
	Sessions           []sessionText
	Context, Questions []string
	Takeaways          []string
	Calls              [][2]string // addressee, text
	Title              string      // of the Message
	Message            [][2]string // degree of support, sentence
	Dissent            *[2]string  // group, statement
}

// sessionText is a title with its opening paragraph. Hint is "short" for what fits into
// a lightning talk and "90" for what needs the time.
type sessionText struct{ Title, Hook, Hint string }

func (s *sessionText) UnmarshalJSON(b []byte) error {
	var f []string
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	if len(f) < 2 || len(f) > 3 {
		return fmt.Errorf("session text with %d parts", len(f))
	}
	s.Title, s.Hook = f[0], f[1]
	if len(f) == 3 {
		s.Hint = f[2]
	}
	return nil
}

// specialText is a session that belongs to a type of its own.
type specialText struct {
	Type, Theme, Topic, Key, Body, Title, Hook string
}

type mainText struct {
	Key, Theme, Topic, Owner, Subtitle string
	Title                              Text
	Description                        map[string][]string
}

type phrases struct {
	Slots     map[string][]string
	Guiding   []string
	Hybrid    []string // how people take part; added to the plan of a session
	Subtitles []string
	CrossTags []string
	Formats   map[string]formatText
	Types     map[string]formatText
}

type formatText struct {
	Plans  []string
	Agenda []agendaText
}

type agendaText struct {
	Share int
	Text  string
}

func (a *agendaText) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&a.Share, &a.Text})
}

type country struct {
	code, region, subregion string
	name                    map[string]string // en fits after "of"
}

type bodyText struct {
	Key, Kind, Name, Acronym, Theme, Region string
	Names                                   []string
}

type orgNames struct {
	Languages  []string
	Government map[string][]string
	Names      map[string][]string
}

type translations struct {
	Languages                                []string
	Frame, Rooms, Themes, Sessions, Messages map[string][]string
}

// text returns the English text with the translations found in group.
func (t translations) text(group map[string][]string, en string) Text {
	out := Text{"en": en}
	for i, s := range group[en] {
		out[t.Languages[i]] = s
	}
	return out
}

// library reads the embedded texts once. They are part of the program, so a text that
// cannot be read is a bug and panics.
var library = sync.OnceValue(func() *texts {
	t := &texts{byCode: map[string]country{}}
	for _, key := range themeKeys {
		var theme themeText
		load("theme_"+key+".json", &theme)
		t.themes = append(t.themes, theme)
	}
	load("special.json", &t.special)
	load("main.json", &t.main)
	load("phrases.json", &t.phrases)
	load("organisations.json", &t.orgs)
	load("organisation_names.json", &t.orgNames)
	load("bodies.json", &t.bodies)
	load("translations.json", &t.translate)

	var titles map[string]json.RawMessage
	load("titles.json", &titles)
	t.titles = map[string][]string{}
	for group, raw := range titles {
		if group == "high" {
			decode("titles.json", raw, &t.high)
			continue
		}
		var list []string
		decode("titles.json", raw, &list)
		t.titles[group] = list
	}

	for _, continent := range []string{"africa", "americas", "asia", "europe"} {
		var c []culture
		load("names_"+continent+".json", &c)
		t.cultures = append(t.cultures, c...)
	}
	for i := range t.cultures {
		t.cultures[i].split()
	}

	rows, err := csv.NewReader(bytes.NewReader(read("countries.csv"))).ReadAll()
	if err != nil {
		panic(err)
	}
	for _, r := range rows[1:] {
		c := country{r[0], r[1], r[2], map[string]string{"en": r[3], "fr": r[4], "es": r[5], "ru": r[6], "zh": r[7], "ar": r[8]}}
		t.countries = append(t.countries, c)
		t.byCode[c.code] = c
	}

	for _, line := range lines("deny.txt") {
		t.deny = append(t.deny, strings.Fields(nameKey(line)))
	}
	return t
})

func read(name string) []byte {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	return b
}

func load(name string, to any) { decode(name, read(name), to) }

func decode(name string, b []byte, to any) {
	if err := json.Unmarshal(b, to); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
}

// lines returns the lines of an embedded list that are neither empty nor a comment.
func lines(name string) []string {
	var out []string
	s := bufio.NewScanner(bytes.NewReader(read(name)))
	for s.Scan() {
		if l := strings.TrimSpace(s.Text()); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}
