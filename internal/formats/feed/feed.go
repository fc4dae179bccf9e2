// Package feed writes what happened for feed readers: Atom (RFC 4287) and JSON Feed 1.1.
package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"plenary/internal/core"
)

// Feed is what happened, ready for a feed reader. All addresses are absolute.
type Feed struct {
	Title, Lang string
	Home, Self  string
	Next        string // address of the older entries; empty where there are none
	Icon        string
	Items       []Item
}

// Item is one entry of a feed. ID is the event's: it never changes.
type Item struct {
	ID, Title, URL    string
	Text              string // empty: the title says it all
	Author, AuthorURL string
	At                core.Instant
}

// Types of the two formats.
const (
	AtomType = "application/atom+xml; charset=utf-8"
	JSONType = "application/feed+json"
)

func (i Item) text() string {
	if i.Text == "" {
		return i.Title
	}
	lines := strings.Split(i.Text, "\n")
	for n := range lines {
		lines[n] = Line(lines[n])
	}
	return strings.Join(lines, "\n")
}

// URN is the permanent name of an event.
func URN(id core.ID) string { return "urn:uuid:" + string(id) }

// never is the time of a feed in which nothing has happened yet.
const never = "1970-01-01T00:00:00Z"

// stamp is an instant as both formats write it (RFC 3339, whole seconds, UTC).
func stamp(at core.Instant) string {
	if at.IsZero() {
		return never
	}
	return at.Time().Format("2006-01-02T15:04:05Z")
}

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Updated   string      `xml:"updated"`
	Generator string      `xml:"generator"`
	Icon      string      `xml:"icon,omitempty"`
	Author    atomPerson  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author"`
	Link    atomLink    `xml:"link"`
	Content string      `xml:"content"`
}

// Atom writes the feed as RFC 4287 has it, with the links between its parts of RFC 5005.
func (f Feed) Atom() ([]byte, error) {
	out := atomFeed{
		Lang: f.Lang, ID: f.Self, Title: f.Title, Updated: never, Generator: "Plenary", Icon: f.Icon,
		Author: atomPerson{Name: f.Title, URI: f.Home},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: f.Self},
			{Rel: "alternate", Type: "text/html", Href: f.Home},
		},
	}
	if f.Next != "" {
		out.Links = append(out.Links, atomLink{Rel: "next", Type: "application/atom+xml", Href: f.Next})
	}
	for i, it := range f.Items {
		if i == 0 {
			out.Updated = stamp(it.At)
		}
		e := atomEntry{
			ID: it.ID, Title: it.Title, Updated: stamp(it.At), Content: it.text(),
			Link: atomLink{Rel: "alternate", Type: "text/html", Href: it.URL},
		}
		if it.Author != "" {
			e.Author = &atomPerson{Name: it.Author, URI: it.AuthorURL}
		}
		out.Entries = append(out.Entries, e)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", " ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("write Atom: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

type jsonFeed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	Home     string     `json:"home_page_url"`
	Self     string     `json:"feed_url"`
	Next     string     `json:"next_url,omitempty"`
	Icon     string     `json:"icon,omitempty"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Content   string       `json:"content_text"`
	Published string       `json:"date_published"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// JSON writes the feed as JSON Feed 1.1.
func (f Feed) JSON() ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.Self, Next: f.Next, Icon: f.Icon,
		Language: f.Lang, Items: []jsonItem{},
	}
	for _, it := range f.Items {
		j := jsonItem{ID: it.ID, URL: it.URL, Title: it.Title, Content: it.text(), Published: stamp(it.At)}
		if it.Author != "" {
			j.Authors = []jsonAuthor{{Name: it.Author, URL: it.AuthorURL}}
		}
		out.Items = append(out.Items, j)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("write JSON Feed: %w", err)
	}
	return b.Bytes(), nil
}

// Line is a text on one line, without signs that XML does not know.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))), " ")
}
