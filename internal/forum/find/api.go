package find

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

// Found is an answer as the JSON API gives it.
type Found struct {
	Items    []Item                  `json:"items"`
	Total    int                     `json:"total" doc:"how many there are in all"`
	Page     int                     `json:"page"`
	Size     int                     `json:"size"`
	Facets   map[string][]FacetCount `json:"facets" doc:"how many have each value; a facet that is filtered is counted as if it were not"`
	Suggest  string                  `json:"suggest,omitempty" doc:"another spelling that finds something"`
	Loosened bool                    `json:"loosened" doc:"nothing holds all the words; the items hold some"`
}

// Item is one find.
type Item struct {
	ID           string  `json:"id"`
	Kind         string  `json:"kind"`
	Path         string  `json:"path" doc:"address on this server"`
	Title        []Piece `json:"title"`
	Lang         string  `json:"lang" doc:"language of the title"`
	Fragment     []Piece `json:"fragment,omitempty"`
	FragmentLang string  `json:"fragment_lang,omitempty"`
	Edition      string  `json:"edition,omitempty"`
	Ref          string  `json:"ref,omitempty"`
	At           string  `json:"at,omitempty"`
}

// Piece is a stretch of text, marked where it is what was asked for.
type Piece struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked,omitempty"`
}

// FacetCount is how many finds have a value.
type FacetCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

type searchInput struct {
	Q            string `query:"q" maxLength:"1000" doc:"words, a \"phrase\", -without"`
	Kind         string `query:"kind" doc:"session, message, report, person, organisation, body, edition, country or source"`
	Edition      string `query:"edition" doc:"slug of an edition"`
	Year         string `query:"year"`
	Type         string `query:"type" doc:"slug of a session type"`
	Theme        string `query:"theme" doc:"slug of a theme"`
	Language     string `query:"language" doc:"language in which a session is held"`
	Organisation string `query:"organisation" doc:"id"`
	Person       string `query:"person" doc:"id"`
	SDG          string `query:"sdg" doc:"number of a Sustainable Development Goal"`
	Sort         string `query:"sort" enum:",newest,oldest"`
	Lang         string `query:"lang" doc:"language in which titles are preferred; English unless given"`
	Page         int    `query:"page" minimum:"1" maximum:"500" default:"1"`
	Size         int    `query:"size" minimum:"1" maximum:"100" default:"20"`
}

func (in searchInput) question() Question {
	v := url.Values{
		"q": {in.Q}, "kind": {in.Kind}, "edition": {in.Edition}, "year": {in.Year}, "type": {in.Type}, "theme": {in.Theme},
		"language": {in.Language}, "organisation": {in.Organisation}, "person": {in.Person}, "sdg": {in.SDG}, "sort": {in.Sort},
		"page": {strconv.Itoa(in.Page)}, "size": {strconv.Itoa(in.Size)},
	}
	return ReadQuestion(v)
}

// API registers the JSON operation of the room.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "search", Method: http.MethodGet, Path: "/api/v1/search",
		Summary: "Search everything that the reader may see", Tags: []string{"Search"},
	}, func(ctx context.Context, in *searchInput) (*struct{ Body Found }, error) {
		lang := in.Lang
		if !core.LangKnown(lang) {
			lang = "en"
		}
		a, err := s.Ask(ctx, core.ActorOf(ctx), lang, in.question())
		if err != nil {
			return nil, err
		}
		return &struct{ Body Found }{foundOf(a)}, nil
	})
}

func foundOf(a Answer) Found {
	out := Found{
		Items: []Item{}, Total: a.Total, Page: a.Page, Size: a.Size, Facets: map[string][]FacetCount{}, Suggest: a.Suggest, Loosened: a.Loosened,
	}
	for _, h := range a.Hits {
		out.Items = append(out.Items, Item{
			ID: h.ID, Kind: h.Kind, Path: h.Path, Title: pieces(h.Title), Lang: h.Lang, Fragment: pieces(h.Fragment), FragmentLang: h.FragmentLang,
			Edition: h.Extra["edition"], Ref: h.Extra["ref"], At: h.At.String(),
		})
	}
	for name, list := range a.Facets {
		out.Facets[name] = []FacetCount{}
		for _, x := range list {
			out.Facets[name] = append(out.Facets[name], FacetCount{x.Value, x.N})
		}
	}
	return out
}

func pieces(list []search.Piece) []Piece {
	var out []Piece
	for _, p := range list {
		out = append(out, Piece(p))
	}
	return out
}
