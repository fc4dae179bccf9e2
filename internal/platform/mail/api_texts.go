package mail

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

type textsInput struct {
	Lang  string `query:"lang" enum:"en,fr,es,ru,zh,ar" default:"en" doc:"of the subjects"`
	Words string `query:"q" maxLength:"200" doc:"stand in name, subject or text"`
}

type textInput struct {
	Name string `path:"name"`
	Lang string `query:"lang" enum:"en,fr,es,ru,zh,ar" default:"en"`
}

// textsAPI registers the operations on texts and choices that read.
func (s *Service) textsAPI(api huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Mail"}}
	}
	huma.Register(api, op("get-mail-choice", "/me/mail", "Show how mails come"), func(ctx context.Context, _ *struct{}) (*struct{ Body ChoiceInput }, error) {
		in, err := s.Choice(ctx, core.ActorOf(ctx))
		return &struct{ Body ChoiceInput }{in}, err
	})
	huma.Register(api, op("list-mail-texts", "/admin/mail-texts", "List the texts of mails"), func(ctx context.Context, in *textsInput) (*struct{ Body core.List[Line] }, error) {
		list, err := s.Lines(ctx, core.ActorOf(ctx), in.Lang, in.Words)
		return &struct{ Body core.List[Line] }{core.List[Line]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, op("get-mail-text", "/admin/mail-texts/{name}", "Show a text of a mail in a language"), func(ctx context.Context, in *textInput) (*struct{ Body Text }, error) {
		t, err := s.TextOf(ctx, core.ActorOf(ctx), in.Name, in.Lang)
		return &struct{ Body Text }{t}, err
	})
}
