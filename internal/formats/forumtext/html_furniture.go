package forumtext

import (
	"regexp"
	"strings"
)

var (
	// asideName is a class or id of what stands around the text of a page.
	asideName = regexp.MustCompile(`(?i)^(?:(?:block|region|site|page|main|global|layout|header|top|primary|secondary|user|mobile|wp|super|footer|local|system|dialog)(?:[-_]+))*(?:nav|navbar|navigation|menus?|breadcrumbs?|footer|sidebar|cookies?|consent|skip-?links?|skip-?nav|toolbar|pager|pagination|social|share|sharing|addtoany|search|language-?switcher|branding|masthead|topbar|banner|copyright|newsletter|related-?links)(?:[-_]+[\w\-]*)?$`)
	// hiddenName is a class of what only a screen reader says or nobody sees.
	hiddenName = regexp.MustCompile(`(?i)^(?:visually-?hidden|sr-only|screen-reader-text|element-invisible|d-none|hidden|hide|invisible)$`)
)

var asideRoles = wordSet(`navigation banner contentinfo search menu menubar dialog alertdialog complementary`)

// isAside reports an element that is no part of what the page has to say: menus, heads
// and feet of the site, controls, hidden parts. What holds the page's main part, its <h1>
// or most of its words is never taken for that by its name alone.
func (w *writer) isAside(n *node) bool {
	if w.whole || w.aside > 0 || n.tag == "body" || n.tag == "html" || n.tag == "main" || n.role == "main" {
		return false
	}
	if n.hidden {
		return true
	}
	for class := range strings.FieldsSeq(n.class) {
		if hiddenName.MatchString(class) {
			return true
		}
	}
	if n.main {
		return false
	}
	if w.strict && w.inMain == 0 && blockTags[n.tag] {
		return true
	}
	switch n.tag {
	case "nav", "footer", "button", "label", "input":
		return true
	case "header":
		return w.inMain == 0 && w.inArticle == 0 && !n.h1
	case "aside":
		return w.inMain == 0 && w.inArticle == 0
	}
	if n.h1 || n.size*2 > w.t.nodes[0].size {
		return false
	}
	if asideRoles[n.role] {
		return true
	}
	if !blockTags[n.tag] {
		return false
	}
	for name := range strings.FieldsSeq(n.class + " " + n.id) {
		if asideName.MatchString(name) {
			return true
		}
	}
	return false
}
