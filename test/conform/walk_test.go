package conform

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/test/site"
)

var param = regexp.MustCompile(`\{[^}]*\}`)

func lost(path string) string {
	return param.ReplaceAllStringFunc(path, func(p string) string {
		if p == "{edition}" {
			return "2026"
		}
		return "019a0000-0000-7000-8000-0000000000ff"
	})
}

// fill puts into an address what the demo has there: of all known addresses the one that is
// like it for longest, of the edition that is going on before others.
func fill(path string, known [][]string) string {
	segs := strings.Split(strings.TrimPrefix(path, "/api/v1/"), "/")
	var best []string
	most := 0
	for _, k := range known {
		n := 0
		for n < len(segs) && n < len(k) && (segs[n] == k[n] || strings.HasPrefix(segs[n], "{") && telling(k[n])) {
			n++
		}
		weight := 2 * n
		if slices.Contains(k[:n], "2026-sample") {
			weight++
		}
		if weight > most {
			best, most = k[:n], weight
		}
	}
	for i, seg := range segs {
		if !strings.HasPrefix(seg, "{") {
			continue
		}
		switch {
		case i < len(best):
			segs[i] = best[i]
		case seg == "{lang}":
			segs[i] = "en"
		default:
			segs[i] = "1"
		}
	}
	return "/api/v1/" + strings.Join(segs, "/")
}

// telling tells whether a step of an address may be the name of something.
func telling(step string) bool {
	return step != "" && !slices.Contains([]string{"new", "edit", "import", "invited", "planner", "series", "mark", "derive", "deliver"}, step)
}

var (
	walked   [][]string
	walkOnce sync.Once
)

// walk gathers the addresses that pages of the demo lead to, a few of each kind. The ids of
// the demo come from a seed: they are the same on every database.
func walk(t testing.TB, s *site.Site) [][]string {
	t.Helper()
	walkOnce.Do(func() {
		seen := map[string]bool{}
		for _, role := range walkers {
			walkAs(s.As(t, role), seen, func(string, *site.Page) {})
		}
		for _, path := range slices.Sorted(maps.Keys(seen)) {
			segs := strings.Split(strings.TrimPrefix(path, "/"), "/")
			walked = append(walked, segs)
			if segs[0] != "" && segs[0][0] >= '0' && segs[0][0] <= '9' { // as operations that read write it
				more := []string{"editions", segs[0]}
				if len(segs) > 1 && strings.ContainsAny(segs[1], "0123456789") {
					more = append(more, "sessions")
				}
				walked = append(walked, append(more, segs[1:]...))
			}
		}
	})
	return walked
}

// walkers are whose pages are looked through: no one role sees all.
var walkers = []string{"secretariat", "admin", "participant", "reviewer", "organiser"}

// walkAs notes the addresses that the pages of somebody lead to, and looks at each page.
func walkAs(r *site.Reader, seen map[string]bool, look func(path string, p *site.Page)) {
	been, shapes := map[string]bool{}, map[string]int{}
	queue := []string{
		"/", "/2026-sample", "/calls", "/proposals", "/reviews", "/me", "/me/account", "/me/security", "/me/searches", "/me/mail", "/me/data", "/admin/accounts", "/admin/accounts/invitations", "/admin/mail",
		"/admin/mail-texts", "/admin/webhooks", "/admin/erasures", "/consultations", "/papers", "/ledger", "/community", "/people", "/organisations", "/issues",
		"/processes", "/references", "/commitments", "/meetings", "/opinions", "/vocabularies", "/countries", "/documents", "/search",
	}
	for n := 0; len(queue) > 0 && n < 500; n++ {
		path := queue[0]
		queue = queue[1:]
		p := r.Get(path)
		if p.Status != http.StatusOK || p.Document == nil {
			continue
		}
		look(path, p)
		p.Find("[href],[action],[formaction]").Each(func(_ int, x *goquery.Selection) {
			for _, name := range []string{"href", "action", "formaction"} {
				u, err := url.Parse(x.AttrOr(name, ""))
				if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.Contains(u.Path, ".") || been[u.Path] || strings.HasPrefix(u.Path, "/assets/") || strings.HasPrefix(u.Path, "/demo/") || core.LangKnown(strings.Split(u.Path, "/")[1]) {
					continue
				}
				been[u.Path], seen[u.Path] = true, true
				if shape := shapeOf(u.Path); name == "href" && shapes[shape] < 2 && u.Path != "/sign-out" {
					shapes[shape]++
					queue = append(queue, u.Path)
				}
			}
		})
	}
}

var naming = regexp.MustCompile(`[0-9]`)

// namedBelow are the steps of addresses below which things have names.
var namedBelow = []string{
	"calls", "consultations", "bodies", "issues", "countries", "opinions", "organisations", "processes", "vocabularies", "tags", "topics", "statistics", "themes", "rooms",
	"tracks", "types", "questions", "letters", "mail-texts",
}

// shapeOf is an address without the names in it.
func shapeOf(path string) string {
	segs := strings.Split(path, "/")
	for i, seg := range segs {
		if naming.MatchString(seg) || i > 1 && slices.Contains(namedBelow, segs[i-1]) && telling(seg) && seg != "desk" {
			segs[i] = "*"
		}
	}
	return strings.Join(segs, "/")
}
