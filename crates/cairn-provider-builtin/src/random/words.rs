//! Decides which words the names of `random_pet` are made of: our own lists, in order, each word once.

/// How: every adverb.
pub(super) fn adverbs() -> Vec<&'static str> {
    ADVERBS.split(' ').collect()
}

const ADVERBS: &str = "\
    ably again airily almost already always amply aptly ardently artfully avidly barely blithely boldly bravely \
    breezily briefly brightly briskly broadly calmly candidly carefully cheerily clearly cleverly closely commonly \
    coolly cosily curiously daily daintily dearly deeply deftly densely dimly directly drily duly eagerly early \
    easily evenly ever exactly expertly faintly fairly firmly fondly formally freely freshly friskily fully gaily \
    gamely generally gently gladly gracefully grandly greatly happily hardly heartily highly honestly humbly \
    ideally inwardly jauntily jointly jollily jovially keenly kindly largely lately lazily lightly likely lively \
    loosely loudly loyally lucidly luckily mainly merrily mildly mostly namely nearly neatly newly nicely nimbly \
    nobly normally notably often openly overly partly patiently plainly politely poorly promptly properly proudly \
    purely quickly quietly rarely readily really richly rightly roundly safely secretly seldom serenely sharply \
    shortly shyly silently simply slightly slowly smartly smoothly snugly softly solely soundly squarely steadily \
    strictly strongly subtly suddenly surely sweetly swiftly tenderly tidily tightly truly urgently usually \
    vaguely vastly vividly warmly wholly widely wisely yearly zestily";

/// What kind of: every adjective.
pub(super) fn adjectives() -> Vec<&'static str> {
    ADJECTIVES.split(' ').collect()
}

const ADJECTIVES: &str = "\
    able active agile alert alpine amber ample amused ancient apt ardent artful aware azure balmy blithe bold \
    brave breezy bright brisk bronze bubbly calm candid careful caring charming cheerful chief civil classic clean \
    clear clever cloudy coastal cool copper coral cosy crisp curious dainty dapper daring dashing dear deep deft \
    devoted direct dotted downy dreamy droll eager early earnest easy elegant eminent enough epic equal even exact \
    fabled fair famous fancy fast fearless festive fine fit fleet fluent fond frank free fresh friendly frosty \
    full funny gallant game gentle genuine gifted glad gleaming golden good graceful grand great green grown handy \
    happy hardy hearty helpful honest hopeful humble ideal immense jade jaunty jolly jovial joyful just keen key \
    kind large leading lenient light lilac lively living loved loyal lucid lucky lunar magical major mellow merry \
    mighty mild mint misty modern modest moral mossy native natural neat new nimble noble normal noted novel open \
    optimal patient peaceful pearly plucky polished polite proper proud pure quick quiet quirky rapid rare ready \
    real regal rich robust rosy round royal rustic sandy sharp shiny silken silver simple sleek smart smooth snowy \
    social solar solid sound spotted square stable star steady stellar stirring striped strong subtle sunny super \
    sure sweet swift tender tidy tough tranquil true trusty upright useful valid velvet vital vivid warm welcome \
    whole willing wise witty worthy young zesty";

/// Every animal.
pub(super) fn animals() -> Vec<&'static str> {
    ANIMALS.split(' ').collect()
}

const ANIMALS: &str = "\
    adder albatross alpaca anchovy ant anteater antelope ape armadillo asp baboon badger barbel barnacle bat bear \
    beaver bee beetle bird bison bittern bobcat bream buck budgie buffalo bug bullfinch bullfrog bunny bustard \
    buzzard camel canary caribou carp cat caterpillar catfish chaffinch chamois cheetah chicken chimp chinchilla \
    chipmunk chough cicada clam cockatoo cod colt condor coot coral cormorant cougar cow coyote crab crane \
    crayfish cricket crow cub curlew deer dingo dipper dog dogfish dolphin donkey dormouse dove dragonfly drake \
    duck duckling dunlin dunnock eagle eel egret eland elephant elk emu ermine falcon fawn ferret finch firefly \
    fish flamingo flea flounder fly foal fowl fox frog fulmar gannet gazelle gecko gerbil gibbon giraffe glider \
    gnat gnu goat goldfish goose gopher gorilla goshawk grackle grayling grebe greyhound grouse gull guppy haddock \
    hake halibut hamster hare harrier hawk hedgehog hen heron herring hippo hobby hog hoopoe hornet horse hound \
    hyena ibex ibis iguana impala jackal jackdaw jaguar jay jellyfish kangaroo katydid kestrel kid kingfisher kite \
    kitten kiwi koala koi kudu ladybird lamb lamprey lapwing lark lemming lemur leopard limpet ling linnet lion \
    lizard llama lobster locust loon lynx macaw mackerel magpie mallard mammoth manatee mantis marlin marmot \
    marten martin merlin mink minnow mole mongoose monkey moose moth mouse mule mullet mussel narwhal newt \
    nightjar nuthatch ocelot octopus okapi opossum orca oriole osprey ostrich otter owl ox oyster panda panther \
    parakeet parrot partridge peacock pelican penguin perch petrel pheasant pig pigeon pika pike pipit plaice \
    plover polecat pollock pony poodle porpoise possum prawn puffin puma pup quail quokka rabbit raccoon ram raven \
    ray redstart reindeer robin roebuck rook salmon sandpiper sardine seagull seahorse seal serval shad shark \
    sheep shrew shrimp skate skink skunk skylark sloth slug smelt snail snake snipe sparrow spider sponge squid \
    squirrel stag starfish starling stickleback stingray stoat stork sturgeon sunfish swallow swan swift tadpole \
    tahr tapir teal tench tern terrapin thrush tiger toad tortoise toucan trout tuna turbot turkey turtle urchin \
    vicuna viper vole vulture wagtail wallaby walrus warbler wasp weasel weevil whale whelk whippet whiting wigeon \
    wolf wombat woodcock woodlark worm wren yak zebra zebu";
