"""Average the weights of networks of the same shape, one fine-tuned from the other (a model soup).

python recipes/average_weights.py before.keras after.keras averaged.keras      (Wortsman et al., ICML 2022)
"""

import sys

import keras

if len(sys.argv) < 4:
    sys.exit(__doc__)
*sources, target = sys.argv[1:]
networks = [keras.saving.load_model(source, compile=False) for source in sources]
averaged = networks[0]
if len({tuple((weight.path, weight.shape) for weight in network.weights) for network in networks}) > 1:
    sys.exit(f"networks differ in shape: {', '.join(sources)}")
for variables in zip(*(network.weights for network in networks), strict=True):
    variables[0].assign(sum(keras.ops.convert_to_numpy(variable) for variable in variables) / len(variables))
averaged.save(target)
print(f"mean of {len(networks)} networks saved as {target}")
