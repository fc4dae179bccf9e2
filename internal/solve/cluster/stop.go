package cluster

import (
	"strings"

	"plenary/internal/core"
)

// stopWords are words that say nothing of what a text is about, folded, by language.
// Those of the last line of each are what takeaways of any session say.
var stopWords = map[string]map[string]bool{
	"en": set(`about above after again against all also among and any are because been before being below between both but can cannot
could did does doing down during each even every few for from further had has have having here how however into its itself just less like
made make makes many may might more most much must need needs neither nor not now off once one only onto other others otherwise our out over own per
rather same shall she should since some such than that the their them then there therefore these they this those through thus too toward towards
under until upon use used uses using very was way well were what when where whether which while who whom whose why will with within without would yet you your
two three first second new still where already become becomes first often
session sessions participant participants speaker speakers panel panellist panellists discussion discussed earlier noted stressed agreed highlighted`),
	"fr": set(`afin ainsi alors apres aucun aucune aujourd aussi autre autres avant avec avoir car ceci cela celle celles celui cependant ces cet cette ceux chaque
chez comme comment contre dans des deux devoir doit doivent donc dont elle elles encore entre est etaient etait etant etc ete etre eux faire fait font
hors ici ils jusqu leur leurs lors lorsque mais meme memes moins mon non nos notre nous ont par parce parmi pas pendant peu peut peuvent plus plusieurs pour
pourquoi pourrait pres puis quand que quel quelle quelles quels quelque quelques qui quoi sans selon ses seulement soit sont sous souvent sur tant tel telle tels
tous tout toute toutes tres trop une vers vos votre vous permet permettre
session sessions participant participants intervenant intervenants discussion`),
	"es": set(`ademas algo alguna algunas alguno algunos alla alli ambos ante antes aquel aquella aqui asi aun aunque bajo bien cada casi como con contra cual cuales
cuando cuyo debe deben deber del desde donde dos durante ella ellas ello ellos entonces entre era eran esa esas ese eso esos esta estan estar estas este esto
estos fue fueron habia haber hace hacer hacia han hasta hay incluso las les los luego mas mediante menos mientras mismo misma mucho muchos muy nada ninguna ninguno nos nosotros
nuestra nuestro otra otras otro otros para pero poco por porque pueda puede pueden pues que quien quienes segun ser sera sido siempre sin sino sobre solo son
sus tal tales tambien tan tanto tiene tienen toda todas todo todos tras una unas uno unos usted vez
sesion sesiones participante participantes ponente ponentes debate`),
	"ru": set(`без более больше будет будто был была были было быть вам вас ведь весь вместе вот все всего всех всей вы где даже для его еще ему если есть здесь или
иметь ими их как какой когда которая которого которой которые который которых кто куда либо лишь между меня мне многие могут может можно мой
мы над надо нам нами нас наш не него нее некоторые нельзя нет ни них но ну об однако один одна одно она они оно от отчего очень перед по под поэтому после потому
при про путем раз с сам свое своей своего своих себя сегодня сейчас со так также такие такой там те тем тех то тогда того тоже той только том тот ту тут ты у уже
хотя чего чей чем через что чтобы эта эти этих это этого этой этом этот должен должна должны необходимо
сессия сессии участник участники участников докладчик докладчики обсуждение`),
	"ar": set(`الي الى على عن من في مع هذا هذه ذلك تلك التي الذي الذين اللذان ما ماذا متي متى كيف اين حيث كل بعض اي ان انه انها إن أن أنه أنها لان كان كانت يكون تكون كانوا
قد لقد لا لم لن ليس ليست او أو ام بل ثم حتي حتى اذا إذا لو كما لكن بين بعد قبل عند عندما خلال دون غير سوى نحن هو هي هم هن انت وهو وهي وهم ومن وفي وعلى والي وان
وما ولا وقد كذلك ايضا أيضا يجب ينبغي يمكن جميع عدة عبر حول ضد منذ هناك هنا به بها له لها لهم فيه فيها منه منها عليه عليها اليه اليها
جلسة الجلسة جلسات مشارك المشاركون المشاركين متحدث المتحدثون نقاش مناقشة`),
	"zh": set(`我们 你们 他们 她们 它们 这个 那个 这些 那些 什么 怎么 如何 因为 所以 但是 而且 或者 如果 虽然 由于 以及 并且 不仅 通过 对于 关于 应当 应该 必须 需要 可以 可能 能够
已经 正在 进行 其中 其他 之间 没有 不是 就是 还是 一个 一些 一种 各种 许多 更多 为了 同时 此外 因此 然而 会议 与会 讨论 发言`),
}

// joining are Chinese characters that only join others: a pair with one of them says
// nothing.
var joining = runes("的了和与及或在是有为以于对从把被将就都也而且但并又之其所这那此该各每等着过地得们一不很更最会能可要应")

func set(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[core.Fold(w)] = true
	}
	return out
}

func runes(s string) map[rune]bool {
	out := map[rune]bool{}
	for _, r := range s {
		out[r] = true
	}
	return out
}
