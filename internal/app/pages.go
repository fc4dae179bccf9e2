package app

import (
	"embed"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// rightsView is the public page that says who may do what, printed from the policies
// that the services ask.
type rightsView struct{ Subjects []rightsSubject }

type rightsSubject struct {
	Name  string
	Roles []string
	Rows  []rightsRow
}

type rightsRow struct {
	Action string
	Cells  []rightsCell
}

type rightsCell struct {
	Role   string
	Yes    bool
	Always bool
	States string
}

func (a *App) registerPages() error {
	if err := a.Server.Views("app", viewFS); err != nil {
		return err
	}
	a.Server.Handle("GET /about/rights", a.rights)
	a.Server.Handle("GET /about/data", a.dataPage)
	a.Server.Handle("GET /api/docs", a.apiStart)
	a.Server.Handle("GET /api/docs/{room}", a.apiRoomPage)
	return nil
}

func (a *App) rights(c *web.C) error {
	c.Reads(core.ScopeForum)
	var v rightsView
	for _, p := range a.Policies() {
		s := rightsSubject{Name: c.T("policy." + p.Subject)}
		roles := usedRoles(p)
		for _, r := range roles {
			s.Roles = append(s.Roles, c.T("role."+string(r)))
		}
		for _, action := range p.Actions() {
			row := rightsRow{Action: c.T("policy." + p.Subject + "." + action)}
			for _, r := range roles {
				cell := rightsCell{Role: c.T("role." + string(r)), Always: true}
				var states []string
				for _, st := range p.States {
					if p.Can(action, st, r) {
						cell.Yes = true
						if st != "" {
							states = append(states, c.T("policy."+p.Subject+".state."+st))
						}
					} else {
						cell.Always = false
					}
				}
				if cell.Yes && !cell.Always {
					cell.States = strings.Join(states, ", ")
				}
				row.Cells = append(row.Cells, cell)
			}
			s.Rows = append(s.Rows, row)
		}
		v.Subjects = append(v.Subjects, s)
	}
	return c.Page(web.Page{
		Name: "app/rights", Title: c.T("rights.title"), Section: "about", Wide: true,
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: c.T("rights.title")}}, V: v,
	})
}

// usedRoles are the roles that a policy names in any rule.
func usedRoles(p core.Policy) []core.Role {
	var out []core.Role
	for _, r := range core.AllRoles {
		if r == core.RoleOperator {
			continue // the command line is not a person
		}
		if slices.ContainsFunc(p.Rules, func(rule core.Rule) bool { return slices.Contains(rule.Roles, r) }) {
			out = append(out, r)
		}
	}
	return out
}

type dataView struct {
	Rows []dataRow
	Base string
	Docs string // address of the documentation
}

type dataRow struct{ Path, Summary string }

// dataPage lists the operations of the JSON API.
func (a *App) dataPage(c *web.C) error {
	c.Reads(core.ScopeForum)
	v := dataView{Base: a.BaseURL, Docs: c.URL("/api/docs")}
	paths := a.API.OpenAPI().Paths
	for p, item := range paths {
		if item.Get != nil && !strings.HasPrefix(item.Get.OperationID, "form-to-") {
			v.Rows = append(v.Rows, dataRow{Path: p, Summary: item.Get.Summary})
		}
	}
	slices.SortFunc(v.Rows, func(x, y dataRow) int {
		if x.Path < y.Path {
			return -1
		}
		return 1
	})
	return c.Page(web.Page{
		Name: "app/data", Title: c.T("data.title"), Section: "about",
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: c.T("data.title")}}, V: v,
	})
}
