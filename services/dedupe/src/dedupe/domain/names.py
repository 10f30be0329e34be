"""What people are called: honorifics, generations and short forms.

The short forms are a table of our own, kept small: the names that business contacts of western countries shorten most. A name
outside it is still compared by spelling, so a gap costs a little recall and never a false match.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "hr", "fr", "mme", "mlle", "sra", "dott"})
CREDENTIALS = frozenset({"phd", "md", "cpa", "mba", "esq", "dds", "jd", "rn", "pe", "cfa", "pmp", "msc", "bsc", "ma", "ba"})
GENERATIONS: Mapping[str, str] = {
    "jr": "jr", "jnr": "jr", "junior": "jr",
    "sr": "sr", "snr": "sr", "senior": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv",
}  # fmt: skip

# full name: its short forms; the same short form may stand for several full names.
_SHORT_FORMS = """
abigail: abby gail abbie; abraham: abe bram; adelaide: addie; agnes: aggie; albert: al bert bertie;
alexander: alex al sandy lex sasha xander; alexandra: alex sandra sandy lexi sasha; alfred: alf al fred alfie; alice: allie;
amanda: mandy; amelia: millie amy; andrew: andy drew; angela: angie; ann: annie nan; anna: annie ann; anne: annie ann; anthony: tony;
antonio: tony; arnold: arnie; arthur: art artie; barbara: barb babs barbie bobbie; beatrice: bea trixie; benjamin: ben benny benji;
bernard: bernie barney; bertha: bertie; beverly: bev; blanche: bea; bradley: brad; brenda: bren; calvin: cal; cameron: cam;
carolyn: carol carrie lynn; caroline: carol carrie lynn; cassandra: cass cassie sandra; catherine: cathy kate katie cat kitty kay;
cecilia: cissy celia; charles: charlie chuck chas chip; charlotte: charlie lottie; chester: chet; christian: chris;
christina: chris tina chrissy christy; christine: chris tina chrissy christy; christopher: chris kit topher; clarence: clary;
clifford: cliff; clinton: clint; constance: connie; cornelius: neil con; curtis: curt; cynthia: cindy; daniel: dan danny; danielle: dani;
david: dave davy; deborah: deb debbie; debra: deb debbie; dennis: denny; diana: di; dolores: lola dee dolly; dominic: dom nick;
donald: don donny; dorothy: dot dottie dolly; douglas: doug; edgar: ed eddie; edith: edie; edmund: ed eddie ned; eduardo: ed eddie;
edward: ed eddie ned ted teddy; edwin: ed eddie; eleanor: ellie nell nora;
elizabeth: liz beth betty lizzie eliza betsy libby bess bessie elsie lisa; ellen: ellie nell; elaine: ellie; emily: em millie emmy;
emma: em; ernest: ernie; esther: essie hettie; eugene: gene; evelyn: eve evie; ferdinand: ferdie; florence: flo flossie;
frances: fran franny francie; francis: frank fran; francisco: frank paco; franklin: frank; frederick: fred freddie rick; gabriel: gabe;
gabrielle: gabby; genevieve: jenny; geoffrey: geoff jeff; george: georgie; georgina: gina georgie; gerald: gerry jerry;
gerard: gerry jerry; gertrude: gert trudy gertie; gilbert: gil bert; giovanni: gianni; gregory: greg; guillermo: memo;
gwendolyn: gwen wendy; hannah: annie; harold: hal harry; harriet: hattie; helen: nell nellie lena; henrietta: hettie etta;
henry: hank harry hal; herbert: herb bert; howard: howie; hubert: bert; ian: ean; isabella: bella izzy; isabel: bella izzy; jack: jackie;
jacob: jake; jacqueline: jackie; james: jim jimmy jamie jem; jane: janie jenny; janet: jan; janice: jan; jeffrey: jeff;
jennifer: jen jenny jenna; jeremy: jem jerry; jerome: jerry; jessica: jess jessie; jesse: jess; joan: joanie; joanna: jo joan;
johanna: jo hanna; john: jack johnny jon; johannes: hans; jonathan: jon jonny; jose: pepe; joseph: joe joey jo; josephine: jo josie;
joshua: josh; joyce: joy; judith: judy; julia: julie; katherine: kate kathy katie kat kitty kay; kathleen: kathy kate katie;
kathryn: kathy kate katie; kelly: kel; kenneth: ken kenny; kimberly: kim kimmy; kristen: kris; kristina: kris tina;
lawrence: larry lawrie; leonard: len lenny leo; leo: lee; leroy: roy lee; leslie: les; lewis: lew; lillian: lil lily lilly; linda: lindy;
louis: lou louie; louise: lou; lucille: lucy lou; lucy: lu; luther: lou; madeline: maddie; manuel: manny; marcus: marc mark;
margaret: maggie meg peggy marge greta margie madge rita daisy; maria: mary mia; marie: mary; marilyn: mary; marion: mary;
marjorie: marge margie; martha: marty patsy; martin: marty; mary: molly polly may mae mamie; matilda: tilly mattie; matthew: matt;
maureen: mo; maximilian: max; maxwell: max; megan: meg; melissa: mel missy lissa; melvin: mel; michael: mike mick mickey mikey;
michelle: shelly; mildred: millie; minnie: min; miriam: mimi; mitchell: mitch; montgomery: monty; nancy: nan; natalie: nat;
nathan: nat nate; nathaniel: nat nate; nicholas: nick nicky; nicole: nikki; norman: norm; oliver: ollie; olivia: liv; oscar: ozzie;
oswald: ozzie; pamela: pam; patricia: pat patty tricia trish patsy; patrick: pat paddy rick; pauline: polly; peter: pete;
philip: phil pip; phillip: phil pip; phyllis: phyl; priscilla: cilla; rachel: rae; ralph: raff; randall: randy; randolph: randy;
raymond: ray; rebecca: becky becca; reginald: reg reggie; richard: rick rich dick richie ricky; robert: bob rob bobby robbie bert;
roberta: bobbie robbie; roderick: rod rick; rodney: rod; roger: rodge; roland: rolly; ronald: ron ronnie; rosalind: roz rosie;
rosemary: rose rosie; rose: rosie; roxanne: roxy; rudolph: rudy; russell: russ; ruth: ruthie; samantha: sam sammy; samuel: sam sammy;
sandra: sandy; sarah: sally sadie; sebastian: seb bastian; sharon: shari; shirley: shirl; sidney: sid; silvia: syl; solomon: sol;
sophia: sophie; stanley: stan; stephanie: steph stevie; stephen: steve stevie; steven: steve stevie; stuart: stu;
susan: sue suzy susie suzie; susanna: sue suzy susie suzie; sylvester: sly; tamara: tammy; terence: terry; theodore: ted teddy theo;
theresa: terry tess tessa; teresa: terry tess tessa; thomas: tom tommy; timothy: tim timmy; tobias: toby; valentine: val; valerie: val;
vanessa: nessa; veronica: ronnie vera; vernon: vern; victor: vic; victoria: vicky tori; vincent: vin vince vinny; viola: vi; violet: vi;
virginia: ginny; walter: walt wally; wendy: wen; wesley: wes; wilfred: wilf fred; wilhelm: willi; william: bill will billy willy liam;
wilma: willie; winifred: winnie; zachary: zach zack;
"""


def _table() -> Mapping[str, tuple[str, ...]]:
    entries = (entry.strip().partition(":") for entry in _SHORT_FORMS.replace("\n", " ").split(";"))
    return {full: tuple(short.split()) for full, _, short in entries if full}


_FORMS = _table()


def _meanings() -> Mapping[str, frozenset[str]]:
    meanings: dict[str, set[str]] = {}
    for full, forms in _FORMS.items():
        for name in (full, *forms):
            meanings.setdefault(name, set()).add(full)
    return {name: frozenset(full) for name, full in meanings.items()}


_MEANINGS = _meanings()


@lru_cache(maxsize=1 << 16)
def full_names(name: str) -> frozenset[str]:
    """Every name that `name` may be short for, itself among them: `bert` is bert, albert, gilbert, herbert, hubert or robert."""
    return _MEANINGS.get(name, frozenset()) | {name}


def short_forms(name: str) -> tuple[str, ...]:
    """What somebody of this full name is called for short."""
    return _FORMS.get(name, ())
