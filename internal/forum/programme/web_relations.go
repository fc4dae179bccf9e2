package programme

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

func (w *Web) editRelations(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "relate"); err != nil {
		return err
	}
	return editing(c, "programme.relations", RelationsOf(x), w.formPage(c, set, x, "programme.do.relate", "/relations"),
		func(f *web.Form, _ *RelationsInput, _ error) error {
			f.Cancel = c.URL(x.Path())
			kinds := []web.Option{}
			for _, k := range RelationKinds {
				kinds = append(kinds, web.Option{Value: k, Label: c.T("programme.relation." + k)})
			}
			f.Options("relations.kind", kinds)
			return nil
		}, func(in RelationsInput) (string, error) {
			_, err := w.s.SetRelations(c.Context(), c.Actor, set, x.Ref, in)
			return x.Path(), err
		})
}

func (w *Web) editTypes(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := ProgrammePolicy.Check("edit_types", "", c.Actor.Roles(set.Scope())...); err != nil && c.R.Method != http.MethodPost {
		return err
	}
	types, err := w.s.Types(c.Context(), set.ID)
	if err != nil {
		return err
	}
	title := c.T("programme.types")
	back := set.Path() + "/programme/types"
	return editing(c, "programme.types_form", InputOfTypes(types), web.Page{
		Title: title, Section: "programme", V: formView{Title: title},
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, web.Crumb{Label: title}),
	}, func(f *web.Form, _ *TypesInput, _ error) error {
		f.Cancel = c.URL(back)
		langs := []web.Option{}
		for _, l := range core.Langs {
			langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
		}
		f.Options("types.interpretation", langs)
		return nil
	}, func(in TypesInput) (string, error) {
		return back, w.s.SetTypes(c.Context(), c.Actor, set, in)
	})
}
